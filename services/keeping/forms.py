"""What a member answers: what is still true, what has ended, which reports are settled."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from services.models import MistakeReport, Service
from services.models.mistake_report import MistakeState


class KeepingForm(forms.Form):
    """One of three buttons is pressed: "confirm" with services, "ended" with one, or "settled" with a report."""

    seen = forms.DateTimeField(widget=forms.HiddenInput)
    services = forms.ModelMultipleChoiceField(Service.objects.none(), required=False)
    ended = forms.ModelChoiceField(Service.objects.none(), required=False)
    settled = forms.ModelChoiceField(MistakeReport.objects.none(), required=False)

    def __init__(self, data=None, *, organisation: Organisation):
        super().__init__(data, initial={"seen": timezone.now().isoformat()})
        self.organisation = organisation
        published = organisation.services.published()
        self.fields["services"].queryset = self.fields["ended"].queryset = published
        self.fields["settled"].queryset = organisation.mistake_reports.filter(state=MistakeState.OPEN)

    def clean(self):
        given = super().clean()
        seen: dt.datetime | None = given.get("seen")
        if seen and not given.get("ended") and not given.get("settled"):
            records = [self.organisation, *given.get("services", ())]
            if changed := [record for record in records if record.updated_at > seen]:
                raise forms.ValidationError(
                    _("Somebody has changed this meanwhile: %(names)s. Read it once more before you confirm it.")
                    % {"names": ", ".join(map(str, changed))}
                )
        return given
