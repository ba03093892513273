"""What a member answers: what is still true, what has ended, and what to tell a reader."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from services.models import MistakeReport, Service
from services.search.personal import holds_identity_code


class KeepingForm(forms.Form):
    """One of two buttons is pressed: "confirm" with services, or "ended" with one."""

    seen = forms.DateTimeField(widget=forms.HiddenInput)
    services = forms.ModelMultipleChoiceField(Service.objects.none(), required=False)
    ended = forms.ModelChoiceField(Service.objects.none(), required=False)

    def __init__(self, data=None, *, organisation: Organisation):
        super().__init__(data, initial={"seen": timezone.now().isoformat()})
        self.organisation = organisation
        self.fields["services"].queryset = self.fields["ended"].queryset = organisation.services.published()

    def clean(self):
        given = super().clean()
        seen: dt.datetime | None = given.get("seen")
        if seen and not given.get("ended"):
            records = [self.organisation, *given.get("services", ())]
            if changed := [record for record in records if record.updated_at > seen]:
                raise forms.ValidationError(
                    _("Somebody has changed this meanwhile: %(names)s. Read it once more before you confirm it.")
                    % {"names": ", ".join(map(str, changed))}
                )
        return given


class ReportForm(forms.Form):
    """What to do with a reader's report: "answer" with a text, or "close" without one."""

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
        """Without identity codes of persons."""
        text = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if holds_identity_code(text):
            raise forms.ValidationError(
                _("There is a personal identity code in the text. Take it out: nothing was sent."), code="personal"
            )
        return text

    def clean(self):
        given = super().clean()
        if given.get("do") == "answer" and "text" not in self.errors and not given.get("text"):
            self.add_error("text", forms.ValidationError(_("Write the answer first."), code="required"))
        return given
