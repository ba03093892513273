"""The forms of a service path and of a step."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.models import WellbeingCounty
from services.content.conflict_form import ConflictAwareForm
from services.content.form_texts import FormTexts
from services.content.record_values import EDITABLE_FIELDS
from services.models import Category, PathStep, Scheme, Service, ServicePath
from services.models.category import NEED_SCHEMES


class PathForm(ConflictAwareForm):
    wording = FormTexts(
        {
            "name": (_("Name of the path"), _("The life situation in a few words, such as: Separation"), 1),
            "summary": (_("For whom, and what does it lead to?"), _("One or two sentences."), 2),
        },
        {
            "county": (_("Where?"), _("Who may write this path: the coordinators of this area.")),
            "category": (_("Life situation"), _("The path is shown beside searches of this subject.")),
        },
        essential_texts=("name", "summary"),
        max_lengths={"name": 120, "summary": 300},
    )
    required_text = "name"
    required_text_message = _("Readers need a Finnish name. It may be the same as in another language.")

    class Meta:
        model = ServicePath
        fields = EDITABLE_FIELDS[ServicePath].fields

    def __init__(self, *args: Any, counties: models.QuerySet[WellbeingCounty], **kwargs: Any):
        super().__init__(*args, **kwargs)
        county = cast(forms.ModelChoiceField, self.fields["county"])
        county.queryset, county.empty_label = counties, gettext("All of Finland")
        category = cast(forms.ModelChoiceField, self.fields["category"])
        category.queryset = Category.objects.in_use().filter(scheme=Scheme.LIFE_SITUATION)
        category.empty_label = gettext("None")


class StepForm(ConflictAwareForm):
    wording = FormTexts(
        {
            "title": (_("What happens?"), _("For example: Talk about the children with somebody"), 1),
            "who": (_("Who works with the family?"), _("For example: The worker of the family centre"), 1),
            "move_on": (_("When does the family move on?"), _("What one sees when this step is done."), 2),
            "responsible": (_("Who is responsible?"), _("Who makes sure that the family is not left alone."), 1),
            "search_text": (_("Words to search for"), _("For example: peer support"), 1),
        },
        {"search_category": (_("Subject to search for"), "")},
        essential_texts=("title",),
        max_lengths={"title": 120, "who": 200, "move_on": 300, "responsible": 200, "search_text": 100},
    )
    other_parts: Mapping[str, Any] = {"services": _("Services")}
    required_text = "title"
    required_text_message = _("Say in Finnish what happens. It may be the same as in another language.")

    class Meta:
        model = PathStep
        fields = EDITABLE_FIELDS[PathStep].fields

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        subject = cast(forms.ModelChoiceField, self.fields["search_category"])
        subject.queryset = Category.objects.in_use().filter(scheme__in=NEED_SCHEMES).order_by("scheme", "order", "pk")
        subject.empty_label = gettext("None")

    def display_value(self, part: str, value: object) -> str:
        if part == "services":
            services = Service.objects.filter(pk__in=str(value).split()).order_by("path_steps__position")
            return ", ".join(map(str, services))
        return super().display_value(part, value)
