"""The form for confirming records or reporting that a service has ended."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from organisations.core.retry_forms import RetryForm
from organisations.models import Organisation
from organisations.models.base import Status
from services.models import Service
from services.revisions.changes_since import changed_since, latest_change


class ConfirmationForm(RetryForm, forms.Form):
    """The "confirm" button submits the ticked records, the "ended" button a single service."""

    data: MultiValueDict[str, Any]
    # Id of the latest change that the page included.
    latest_change = forms.IntegerField(widget=forms.HiddenInput)
    organisation = forms.BooleanField(required=False)
    services = forms.ModelMultipleChoiceField(Service.objects.none(), required=False)
    ended = forms.ModelChoiceField(Service.objects.none(), required=False)

    def __init__(self, data: QueryDict | None = None, *, confirmed_organisation: Organisation):
        super().__init__(data, initial={"latest_change": latest_change(confirmed_organisation)})
        self.confirmed_organisation = confirmed_organisation
        self.published_services = confirmed_organisation.services.published()
        for name in ("services", "ended"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = self.published_services

    @property
    def unticked(self) -> list[str]:
        """Published records that were not ticked: "organisation" and the ids of services."""
        ticked = {*self.data.getlist("services"), *(["organisation"] if "organisation" in self.data else [])}
        values = ["organisation"] if self.confirmed_organisation.status == Status.PUBLISHED else []
        values += map(str, self.published_services.values_list("pk", flat=True))
        return [value for value in values if value not in ticked]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if problem := self._conflict_message():
            # The page is rendered again with the current records.
            self.data = self.data.copy()
            self.data["latest_change"] = latest_change(self.confirmed_organisation)
            raise forms.ValidationError(problem)
        return self.cleaned_data

    def _conflict_message(self) -> str:
        """The error if a ticked record has changed or left the search since the page was rendered, or ""."""
        cleaned_data = self.cleaned_data
        conflicts = [self.errors.pop(name) for name in ("services", "ended", "latest_change") if name in self.errors]
        if conflicts:
            return gettext("A service has left the search meanwhile. Nothing was confirmed: read what there is now.")
        if cleaned_data["ended"]:
            return ""
        organisation = self.confirmed_organisation
        changed = changed_since(cleaned_data["latest_change"], organisation, cleaned_data["services"])
        names = [str(record) for record in changed if record != organisation or cleaned_data["organisation"]]
        if not names:
            return ""
        message = gettext("Somebody has changed this meanwhile: %(names)s. Read it once more before you confirm it.")
        return message % {"names": ", ".join(names)}
