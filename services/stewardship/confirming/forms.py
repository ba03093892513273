"""The form for confirming records or reporting that a service has ended."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.core.retry_forms import RetryForm
from organisations.models import Organisation
from organisations.models.base import Status
from services.models import Service
from services.revisions.changes_since import changed_since, latest_change


class ConfirmationForm(RetryForm, forms.Form):
    """The "confirm" button submits the ticked records, the "ended" button a single service."""

    # Id of the latest change that the page included.
    seen = forms.IntegerField(widget=forms.HiddenInput)
    organisation = forms.BooleanField(required=False)
    services = forms.ModelMultipleChoiceField(Service.objects.none(), required=False)
    ended = forms.ModelChoiceField(Service.objects.none(), required=False)

    def __init__(self, data=None, *, of: Organisation):
        super().__init__(data, initial={"seen": latest_change(of)})
        self.of = of
        self.fields["services"].queryset = self.fields["ended"].queryset = of.services.published()

    @property
    def left(self) -> list[str]:
        """Published records that were not ticked: "organisation" and the ids of services."""
        ticked = {*self.data.getlist("services"), *(["organisation"] if "organisation" in self.data else [])}
        shown = ["organisation"] if self.of.status == Status.PUBLISHED else []
        shown += map(str, self.fields["services"].queryset.values_list("pk", flat=True))
        return [value for value in shown if value not in ticked]

    def clean(self):
        cleaned_data = super().clean()
        if problem := self._conflict_message(cleaned_data):
            # The page is rendered again with the current records.
            self.data = self.data.copy()
            self.data["seen"] = latest_change(self.of)
            raise forms.ValidationError(problem)
        return cleaned_data

    def _conflict_message(self, cleaned_data: dict) -> str:
        """The error if a ticked record has changed or left the search since the page was rendered, or ""."""
        hidden = [self.errors.pop(field) for field in ("services", "ended", "seen") if field in self.errors]
        if hidden:
            return _("A service has left the search meanwhile. Nothing was confirmed: read what there is now.")
        if cleaned_data["ended"]:
            return ""
        changed = changed_since(cleaned_data["seen"], self.of, cleaned_data["services"])
        names = [str(record) for record in changed if record != self.of or cleaned_data["organisation"]]
        if not names:
            return ""
        message = _("Somebody has changed this meanwhile: %(names)s. Read it once more before you confirm it.")
        return message % {"names": ", ".join(names)}
