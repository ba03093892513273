"""The forms of a service path and of a step."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.core.retry_forms import RetryForm
from organisations.models import WellbeingCounty
from services.content.edit_conflicts import EditConflict, format_digests, parse_digests
from services.content.form_texts import FormTexts
from services.content.form_values import strip_invisible
from services.content.record_values import EDITABLE_FIELDS, Values, normalise_values, value_digests
from services.models import Category, PathStep, Scheme, Service, ServicePath
from services.models.category import NEED_SCHEMES
from services.search.personal_data import holds_identity_code


class _PathRecordForm(RetryForm, forms.ModelForm):
    """`values` are those of the record when the form is opened."""

    base = forms.CharField(required=False, widget=forms.HiddenInput)
    form_key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64)

    wording: FormTexts
    required_text: str
    required_text_message: Any
    has_conflict = False

    def __init__(self, data: Mapping[str, Any] | None = None, *, values: Values, form_key: str = ""):
        initial = {**values, "base": format_digests(value_digests(values)), "form_key": form_key}
        super().__init__(data, initial=initial, label_suffix="")
        self.wording.configure(self.fields)
        self.fields[f"{self.required_text}_fi"].required = False

    @property
    def submitted_values(self) -> Values:
        """All submitted values of the record, valid or not."""
        names = EDITABLE_FIELDS[self._meta.model].fields
        return normalise_values({name: self[name].value() for name in names})

    @property
    def submitted_base(self) -> dict[str, str]:
        return parse_digests(self.data.get("base", ""))

    def clean(self) -> dict[str, Any]:
        super().clean()
        values = self.cleaned_data
        for name, value in list(values.items()):
            if isinstance(value, str):
                values[name] = strip_invisible(value)
                if holds_identity_code(value):
                    self.add_error(name, _("There is a personal identity code in the text. Take it out."))
        name = f"{self.required_text}_fi"
        if not values.get(name) and name not in self.errors:
            self.add_error(name, self.required_text_message)
        return values

    def explain_conflict(self, conflict: EditConflict) -> None:
        """Show what somebody else wrote: beside a field that both changed, and in the others."""
        self.has_conflict = True
        data = cast(QueryDict, self.data).copy()
        data["base"] = format_digests(conflict.digests)
        for difference in conflict.differences:
            if not difference.changed_by_me:
                data[difference.part] = str(difference.theirs)
        self.data = data
        self.add_error(
            None, gettext("Somebody else has changed this meanwhile. Look at what is below, and save again.")
        )
        for difference in conflict.differences:
            if difference.changed_by_me:
                theirs = self._display(difference.part, difference.theirs) or "–"
                message = gettext("They wrote: “%(text)s”. Save again to replace it.") % {"text": theirs}
                self.add_error(difference.part if difference.part in self.fields else None, message)

    def _display(self, part: str, value: object) -> str:
        if part == "services":
            return ", ".join(
                map(str, Service.objects.filter(pk__in=str(value).split()).order_by("path_steps__position"))
            )
        field = self.fields.get(part)
        if isinstance(field, forms.ModelChoiceField):
            record = cast(models.QuerySet, field.queryset).filter(pk=value or None).first()
            return str(record) if record else ""
        return str(value or "")


class PathForm(_PathRecordForm):
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


class StepForm(_PathRecordForm):
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
