"""The base of all record forms: every field is a value of `services.content.record_values`."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db import models
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from organisations.core.phone_numbers import is_phone_number
from organisations.core.retry_forms import RetryForm
from organisations.models import Organisation
from services.content.edit_conflicts import Digests, format_digests, parse_digests
from services.content.form_rows import form_rows
from services.content.form_texts import FormTexts
from services.content.form_values import strip_invisible
from services.content.record_values import MAX_PHONES, PHONE_FIELDS, Values, form_data, normalise_values, part_name
from services.models import Category
from services.search.personal_data import holds_identity_code

from .wording import PHONE_LABELS

MIN_PHONE_ROWS = 2
INVALID_PHONE_MESSAGE = _("Write the number in digits, for example 09 123 4567. What it is for has a place of its own.")
VERSION_FIELDS = ("base", "published_base")


def formfield_with_https(field: models.Field, **kwargs: Any) -> forms.Field | None:
    """The form field of a model field; a URL without a scheme becomes https."""
    if isinstance(field, models.URLField):
        kwargs["assume_scheme"] = "https"
    return field.formfield(**kwargs)


class RecordForm(RetryForm, forms.ModelForm):
    """`values` are the initial values, or the data to validate if `checked`; `data` is a submission.

    `versions` are digests of the values the writer started from, by which concurrent changes are detected.
    """

    base = forms.CharField(required=False, widget=forms.HiddenInput)
    published_base = forms.CharField(required=False, widget=forms.HiddenInput)

    wording: FormTexts
    has_phones = False
    # Fields that are not values of the record.
    non_value_fields: tuple[str, ...] = ()

    def __init__(
        self,
        data: MultiValueDict | None = None,
        *,
        organisation: Organisation,
        values: Values,
        versions: dict[str, Digests],
        checked: bool = False,
    ):
        values = _with_current_categories(values)
        initial = values | {name: format_digests(digests) for name, digests in versions.items()}
        if checked:
            data = form_data(initial)
        elif data is not None:
            data = _renumber_rows(_with_newer_fields(data, values))
            if "categories" in data:
                data.setlist("categories", current_categories(data.getlist("categories")))
        super().__init__(data, initial=initial, instance=self.blank_instance(organisation), label_suffix="")
        self.organisation = organisation
        self.wording.configure(self.fields)
        self.configure_fields()
        self.add_repeated_fields(data if data is not None else values)

    def blank_instance(self, organisation: Organisation) -> models.Model:
        """An unsaved record for model validation."""
        return self._meta.model(organisation=organisation)

    def configure_fields(self) -> None:
        """Set choices and widgets for the kind of record."""

    def add_repeated_fields(self, values: Mapping[str, Any]) -> None:
        """Add the fields of repeated rows: one row per value and some empty ones."""
        if self.has_phones:
            self._add_phone_fields(values)

    @property
    def submitted_values(self) -> Values:
        """All submitted values, valid or not."""
        return normalise_values(
            {
                name: field.widget.value_from_datadict(self.data, {}, name)
                for name, field in self.fields.items()
                if name not in (*VERSION_FIELDS, *self.non_value_fields)
            }
        )

    def submitted_versions(self) -> dict[str, Digests]:
        """The digests submitted with the form."""
        return {name: parse_digests(self.data.get(name, "")) for name in VERSION_FIELDS}

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned_data = self.cleaned_data
        for name, value in list(cleaned_data.items()):
            if not isinstance(value, str):
                continue
            cleaned_data[name] = strip_invisible(value)
            if holds_identity_code(value):
                self.add_error(name, _("There is a personal identity code in the text. Take it out."))
        if "name_fi" in self.fields and not cleaned_data.get("name_fi") and "name_fi" not in self.errors:
            self.add_error("name_fi", _("Readers need a Finnish name. It may be the same as in another language."))
        for row in range(self.phone_rows if self.has_phones else 0):
            texts_of_row = [cleaned_data.get(f"phone-{row}-{part}") for part in PHONE_FIELDS]
            if texts_of_row[0] and not is_phone_number(texts_of_row[0]):
                self.add_error(f"phone-{row}-number", INVALID_PHONE_MESSAGE)
            if any(texts_of_row) and not texts_of_row[0] and f"phone-{row}-number" not in self.errors:
                self.add_error(f"phone-{row}-number", _("The number is missing."))
        return cleaned_data

    def set_category_choices(self) -> None:
        self.record_choices("categories").queryset = Category.objects.in_use().select_related("parent")

    def record_choices(self, name: str) -> forms.ModelChoiceField:
        return cast(forms.ModelChoiceField, self.fields[name])

    def _add_phone_fields(self, values: Mapping[str, Any]) -> None:
        filled = len(form_rows(values, "phone"))
        self.phone_rows = max(filled, min(filled + 1, MAX_PHONES), MIN_PHONE_ROWS)
        for row in range(self.phone_rows):
            for part in PHONE_FIELDS:
                text, _underscore, language = part.rpartition("_")
                widget = forms.TextInput(attrs={"lang": language} if text else {"type": "tel"})
                field = forms.CharField(
                    label=PHONE_LABELS[text or part],
                    required=False,
                    max_length={"": 40, "label": 100, "charge_note": 200}[text],
                    widget=widget,
                )
                self.fields[f"phone-{row}-{part}"] = field


def current_categories(ids: list[str]) -> list[str]:
    """The ids with merged categories replaced by their targets; unknown ids are kept for validation."""
    merged = Category.objects.filter(pk__in=filter(str.isdecimal, ids), replaced_by__isnull=False)
    targets = {str(category.pk): str(category.current.pk) for category in merged}
    return list(dict.fromkeys(targets.get(pk, pk) for pk in ids))


def _with_current_categories(values: Values) -> Values:
    chosen = values.get("categories")
    return values | {"categories": current_categories(chosen)} if isinstance(chosen, list) and chosen else values


def _with_newer_fields(data: MultiValueDict, values: Values) -> MultiValueDict:
    """The submitted data, completed with stored values of fields that were added after the form was opened.

    A form without base digests is for a new record or has been tampered with: its data stays as it is.
    """
    base = parse_digests(data.get("base", ""))
    newer = {name for name in values if part_name(name) == name and name not in base and name not in data}
    if not base or not newer:
        return data
    completed = data.copy()
    for name, submitted in form_data({name: values[name] for name in newer}).lists():
        completed.setlist(name, submitted)
    return completed


def _renumber_rows(data: MultiValueDict) -> MultiValueDict:
    """The submitted data with its rows renumbered, so that each typed row gets a field."""
    renumbered = data.copy()
    rows = {name: renumbered.pop(name)[-1] for name in list(renumbered) if part_name(name) != name}
    for name, value in normalise_values(rows).items():
        renumbered[name] = value
    return renumbered
