"""The form of a service: every field is a value of `services.actions.written`."""

import json

from django import forms
from django.db import models
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from organisations.ordering import alphabetical
from services.actions.written import (
    CHOICES,
    FLAGS,
    MOST_PHONES,
    OTHERS,
    PHONE,
    RECORDS,
    TEXTS,
    Values,
    phones_of,
    text_fields,
    tidy,
)
from services.models import Category, CategoryProposal, Service
from services.search.analysis import LANGUAGES
from services.search.personal import holds_identity_code

from . import texts

FEWEST_PHONES = 2


def _asked(field: models.Field, **kwargs) -> forms.Field | None:
    """An address without a scheme is one of today's."""
    if isinstance(field, models.URLField):
        kwargs["assume_scheme"] = "https"
    return field.formfield(**kwargs)


class ServiceForm(forms.ModelForm):
    """`values` fill the form in, or stand for what was sent where they are `checked`; `data` is what was sent.

    Whatever was typed is in `typed`, also where it is wrong.
    """

    proposal = forms.CharField(
        label=_("None fits? Tell what is missing, and why"),
        help_text=_("One sentence. A coordinator reads it. For example: Nothing fits grandparents who raise a child."),
        max_length=CategoryProposal.LONGEST,
        required=False,
    )
    base = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Service
        formfield_callback = _asked
        fields = (*text_fields(), *OTHERS, *FLAGS, *CHOICES, *RECORDS)

    def __init__(
        self, data=None, *, organisation: Organisation, values: Values, versions: dict[str, dict], checked: bool = False
    ):
        initial = values | {name: json.dumps(digests, sort_keys=True) for name, digests in versions.items()}
        if checked:
            data = _as_sent(initial)
        super().__init__(data, initial=initial, instance=Service(organisation=organisation), label_suffix="")
        self.organisation = organisation
        for text in TEXTS:
            self._ask_in_languages(text)
        for name, (label, hint) in texts.FACTS.items():
            self.fields[name].label, self.fields[name].help_text = label, hint
        self._offer_records()
        self._add_phones(data if data is not None else values)
        for name in ("valid_from", "valid_until"):
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        self.fields["cost"].choices = [("", _("Not told")), *list(self.fields["cost"].choices)[1:]]

    @property
    def typed(self) -> Values:
        """What was sent, as values."""
        return tidy(
            {
                name: field.widget.value_from_datadict(self.data, {}, name)
                for name, field in self.fields.items()
                if name not in ("proposal", *VERSIONS)
            }
        )

    def sent_versions(self) -> dict[str, dict[str, str]]:
        """The digests that the form carries; empty where somebody has tampered with them, so that all is compared."""
        return {name: _read(self.data.get(name, "")) for name in VERSIONS}

    def clean(self):
        given = super().clean()
        for name, value in list(given.items()):
            if isinstance(value, str) and holds_identity_code(value):
                self.add_error(name, _("There is a personal identity code in the text. Take it out."))
        if not given.get("name_fi") and "name_fi" not in self.errors:
            self.add_error("name_fi", _("Readers need a Finnish name. It may be the same as in another language."))
        for row in range(self.phone_rows):
            texts_of_row = [given.get(f"phone-{row}-{part}") for part in PHONE]
            if any(texts_of_row) and not texts_of_row[0] and f"phone-{row}-number" not in self.errors:
                self.add_error(f"phone-{row}-number", _("The number is missing."))
        return given

    def _ask_in_languages(self, text: str) -> None:
        label, hint, lines = texts.TEXTS[text]
        for language in LANGUAGES:
            field = self.fields[f"{text}_{language}"]
            field.label, field.help_text = label, hint
            attributes = {"lang": language}
            if length := texts.LENGTHS.get(text):
                attributes["data-count"] = length
            if lines == 1 and text != "website":
                field.widget = forms.TextInput()
            elif lines > 1:
                field.widget = forms.Textarea(attrs={"rows": lines})
            # What is too long is said beside the field; nothing is cut off while somebody types.
            field.widget.attrs |= attributes

    def _offer_records(self) -> None:
        self.fields["categories"].queryset = Category.objects.in_use().select_related("parent")
        places = (
            self.organisation.locations.in_use().select_related("municipality").order_by(alphabetical("name"), "pk")
        )
        self.fields["locations"].queryset = places
        self.fields["locations"].widget = forms.CheckboxSelectMultiple()
        self.fields["locations"].widget.choices = self.fields["locations"].choices

    def _add_phones(self, values) -> None:
        rows = max(len(phones_of(values)) + 1, FEWEST_PHONES)
        self.phone_rows = min(rows, MOST_PHONES)
        for row in range(self.phone_rows):
            for part in PHONE:
                text, _underscore, language = part.rpartition("_")
                widget = forms.TextInput(attrs={"lang": language} if text else {"type": "tel"})
                field = forms.CharField(
                    label=texts.PHONES[text or part],
                    required=False,
                    max_length={"": 40, "label": 100, "charge_note": 200}[text],
                    widget=widget,
                )
                self.fields[f"phone-{row}-{part}"] = field


VERSIONS = ("base", "seen")


def _as_sent(values: Values) -> MultiValueDict:
    """Values as a browser would send them."""
    return MultiValueDict(
        {
            name: value if isinstance(value, list) else ["on"] if value is True else [value]
            for name, value in values.items()
            if value is not False
        }
    )


def _read(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
