"""The form for reporting a mistake."""

from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from services.models import MistakeReport
from services.models.mistake_report import MistakeKind
from services.search.personal_data import holds_identity_code

from . import spam_protection
from .spam_protection import FormAge


class MistakeReportForm(forms.Form):
    """Suspected robots get the form again with their input, so that people only need to resubmit it."""

    data: MultiValueDict[str, Any]

    kind = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=MistakeKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    text = forms.CharField(
        label=_("Tell us more"),
        help_text=_("For example the right number. Do not write about a client or a family."),
        required=False,
        max_length=MistakeReport.LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    email = forms.EmailField(
        label=_("Your e-mail, if you want an answer"),
        help_text=_("Need not be given. It is deleted when the report is closed."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # Honeypot, hidden from people.
    homepage = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, request: HttpRequest):
        super().__init__(data, label_suffix="")
        self.request = request
        self.initial["opened"] = spam_protection.sign_opening_time()

    def clean_text(self) -> str:
        """Reject personal identity codes."""
        text = self.cleaned_data["text"].strip()
        if holds_identity_code(text):
            raise forms.ValidationError(
                _("There is a personal identity code in the text. Take it out: nothing was stored."), code="personal"
            )
        return text

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("kind") == MistakeKind.OTHER and self.cleaned_data.get("text") == "":
            self.add_error("text", forms.ValidationError(_("Tell what is wrong."), code="required"))
        if problem := self._spam_error():
            self._reset_spam_fields()
            raise problem
        return self.cleaned_data

    def _spam_error(self) -> forms.ValidationError | None:
        age = spam_protection.form_age(self.cleaned_data.get("opened", ""))
        if self.cleaned_data.get("homepage") or age in (FormAge.UNKNOWN, FormAge.TOO_YOUNG):
            return forms.ValidationError(
                _("We could not tell whether a person sent this. Check what you wrote and send it again."),
                code="robot",
            )
        if age is FormAge.TOO_OLD:
            return forms.ValidationError(
                _("The form was open for more than a day. Check what you wrote and send it again."), code="old"
            )
        if not spam_protection.is_below_rate_limit(self.request):
            return forms.ValidationError(
                _("Many reports have come from your network within an hour. Please try again later."), code="many"
            )
        return None

    def _reset_spam_fields(self) -> None:
        """Reset the honeypot, and the timestamp if it is invalid or too old; keep the submitted values."""
        self.data = self.data.copy()
        self.data["homepage"] = ""
        if spam_protection.form_age(self.data.get("opened", "")) in (FormAge.UNKNOWN, FormAge.TOO_OLD):
            self.data["opened"] = spam_protection.sign_opening_time()
