"""The form for answering or closing a mistake report."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from organisations.core.retry_forms import RetryForm
from services.models import MistakeReport
from services.search.personal_data import holds_identity_code


class ReportAnswerForm(RetryForm, forms.Form):
    """`decision` is "answer" with a text, or "close" without a text."""

    MAX_LENGTH = 2000

    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("It goes by mail to the reader, whose address you do not see."),
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    decision = forms.ChoiceField(choices=[("answer", ""), ("close", "")], widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, report: MistakeReport):
        super().__init__(data, auto_id=f"id_{report.pk}_%s", label_suffix="")
        self.report = report

    def clean_text(self) -> str:
        """Reject personal identity codes."""
        text = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if holds_identity_code(text):
            raise forms.ValidationError(
                _("There is a personal identity code in the text. Take it out: nothing was sent."), code="personal"
            )
        return text

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("decision") == "answer" and self.cleaned_data.get("text") == "":
            self.add_error("text", forms.ValidationError(_("Write the answer first."), code="required"))
        return self.cleaned_data
