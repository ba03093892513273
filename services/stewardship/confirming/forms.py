"""The form by which a member confirms records, or says that a service has ended."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.core.retry_forms import RetryForm
from organisations.models import Organisation
from organisations.models.base import Status
from services.models import Service
from services.revisions.changes_since import changed_since, latest_change


class ConfirmationForm(RetryForm, forms.Form):
    """One of two buttons is pressed: "confirm" with what is ticked, or "ended" with a service."""

    # The latest change of all that the page showed.
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
        """What readers see and was not ticked: "organisation", and services by their numbers."""
        ticked = {*self.data.getlist("services"), *(["organisation"] if "organisation" in self.data else [])}
        shown = ["organisation"] if self.of.status == Status.PUBLISHED else []
        shown += map(str, self.fields["services"].queryset.values_list("pk", flat=True))
        return [one for one in shown if one not in ticked]

    def clean(self):
        given = super().clean()
        if problem := self._conflict_message(given):
            # The page that comes back shows what there is now.
            self.data = self.data.copy()
            self.data["seen"] = latest_change(self.of)
            raise forms.ValidationError(problem)
        return given

    def _conflict_message(self, given: dict) -> str:
        """What the person has not seen of what she or he confirms."""
        hidden = [self.errors.pop(field) for field in ("services", "ended", "seen") if field in self.errors]
        if hidden:
            return _("A service has left the search meanwhile. Nothing was confirmed: read what there is now.")
        if given["ended"]:
            return ""
        changed = changed_since(given["seen"], self.of, given["services"])
        names = [str(record) for record in changed if record != self.of or given["organisation"]]
        if not names:
            return ""
        said = _("Somebody has changed this meanwhile: %(names)s. Read it once more before you confirm it.")
        return said % {"names": ", ".join(names)}
