"""Forms of shared records without drafts: what two people write at once is shown, not overwritten."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.core.retry_forms import RetryForm
from services.search.personal_data import holds_identity_code

from .edit_conflicts import EditConflict, format_digests, parse_digests
from .form_texts import FormTexts
from .form_values import strip_invisible
from .record_values import EDITABLE_FIELDS, Values, normalise_values, value_digests


class ConflictAwareForm(RetryForm, forms.ModelForm):
    """`values` are those of the record when the form is opened (see `record_values`).

    `wording` labels the translated texts; `required_text` is the one that is needed in Finnish.
    """

    base = forms.CharField(required=False, widget=forms.HiddenInput)
    form_key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64)

    wording: FormTexts
    required_text: str
    required_text_message: Any
    # Labels of the parts that are no fields of the form.
    other_parts: Mapping[str, Any] = {}
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
        """Show what somebody else wrote: beside a field that both changed, and in those that only they changed."""
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
            if difference.changed_by_me and difference.changed_by_them:
                theirs = self.display_value(difference.part, difference.theirs) or "–"
                message = gettext("They wrote: “%(text)s”. Save again to replace it.") % {"text": theirs}
                if difference.part in self.fields:
                    self.add_error(difference.part, message)
                else:
                    self.add_error(None, f"{self.other_parts[difference.part]}: {message}")

    def display_value(self, part: str, value: object) -> str:
        """What somebody else chose or wrote, in words."""
        field = self.fields.get(part)
        if isinstance(field, forms.ModelChoiceField):
            record = cast(models.QuerySet, field.queryset).filter(pk=value or None).first()
            return str(record) if record else ""
        return str(value or "")
