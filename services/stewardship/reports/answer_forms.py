"""The form for answering or closing a mistake report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.core.retry_forms import RetryForm
from services.models import MistakeReport
from services.search.personal_data import holds_identity_code


class ReportAnswerForm(RetryForm, forms.Form):
    """`do` is "answer" with a text, or "close" without one."""

    LONGEST = 2000

    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("It goes by mail to the reader, whose address you do not see."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    do = forms.ChoiceField(choices=[("answer", ""), ("close", "")], widget=forms.HiddenInput)

    def __init__(self, data=None, *, report: MistakeReport):
        super().__init__(data, auto_id=f"id_{report.pk}_%s", label_suffix="")
        self.report = report

    def clean_text(self):
        """Reject personal identity codes."""
        text = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if holds_identity_code(text):
            raise forms.ValidationError(
                _("There is a personal identity code in the text. Take it out: nothing was sent."), code="personal"
            )
        return text

    def clean(self):
        cleaned_data = super().clean()
        if cleaned_data.get("do") == "answer" and "text" not in self.errors and not cleaned_data.get("text"):
            self.add_error("text", forms.ValidationError(_("Write the answer first."), code="required"))
        return cleaned_data
