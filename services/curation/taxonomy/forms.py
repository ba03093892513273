"""The forms of a category, of its words, and of a merger."""

from typing import Any, cast

from django import forms
from django.db import models
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.core.retry_forms import RetryForm
from services.content.conflict_form import ConflictAwareForm
from services.content.form_texts import FormTexts
from services.content.record_values import EDITABLE_FIELDS
from services.models import Category
from services.models.category import Scheme, SynonymKind
from services.search.analysis import LANGUAGES

MAX_PASTED_WORDS = 500
LANGUAGE_CHOICES = list(zip(LANGUAGES, ("Suomi", "Svenska", "English"), strict=True))


class CategoryForm(ConflictAwareForm):
    wording = FormTexts(
        {
            "name": (_("Name"), _("As readers see it in the filters."), 1),
            "note": (_("Note"), _("What belongs here and what does not."), 3),
        },
        {
            "parent": (_("Belongs under"), ""),
            "safety": (_("Safety of readers"), _("Also applies to the subjects below it.")),
        },
        essential_texts=("name",),
        max_lengths={"name": 120},
    )
    required_text = "name"
    required_text_message = _("Readers need a Finnish name. It may be the same as in another language.")

    class Meta:
        model = Category
        fields = EDITABLE_FIELDS[Category].fields

    def __init__(self, *args: Any, scheme: str, category: Category | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        parent = cast(forms.ModelChoiceField, self.fields["parent"])
        parent.queryset = possible_parents(scheme, category)
        parent.empty_label = gettext("Nothing: it is at the top")
        self.instance.scheme = scheme
        self.instance.pk = category.pk if category else None


class NewCategoryForm(CategoryForm):
    code = forms.SlugField(
        label=_("Code"),
        help_text=_("Part of addresses, stays for ever. Leave it empty to make it from the name."),
        max_length=60,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not values.get("code") and "code" not in self.errors:
            values["code"] = slugify(values.get("name_en") or values.get("name_fi") or "")[:60]
        if values.get("code") and Category.objects.filter(code=values["code"]).exists():
            self.add_error("code", _("Another category has this code."))
        return values


class WordsForm(RetryForm, forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_CHOICES)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(value, capfirst(label)) for value, label in SynonymKind.choices]
    )
    words = forms.CharField(
        label=_("Words or phrases, one a line"), widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000
    )

    def clean_words(self) -> list[str]:
        words = list(dict.fromkeys(line.strip() for line in self.cleaned_data["words"].splitlines() if line.strip()))
        if len(words) > MAX_PASTED_WORDS:
            raise forms.ValidationError(
                gettext("These are %(count)s lines. Add at most %(max)s at a time.")
                % {"count": len(words), "max": MAX_PASTED_WORDS}
            )
        return words


class MergeForm(forms.Form):
    into: forms.Field = forms.ModelChoiceField(Category.objects.none(), label=_("Merge into"))

    def __init__(self, data: Any = None, *, category: Category):
        super().__init__(data, label_suffix="")
        cast(forms.ModelChoiceField, self.fields["into"]).queryset = possible_parents(category.scheme, category)


def possible_parents(scheme: str, category: Category | None) -> models.QuerySet[Category]:
    """The categories of the scheme that are neither the category nor below it."""
    categories = Category.objects.in_use().filter(scheme=scheme).order_by("order", "pk")
    if category is None:
        return categories
    below = Category.objects.descendants(category.pk, include_self=True)
    return categories.exclude(pk__in=[each.pk for each in below])


def is_scheme(value: str) -> bool:
    return value in Scheme.values
