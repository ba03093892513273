"""What a member answers: what is still true, what has ended, and what to tell a reader."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from organisations.models.base import Status
from services.models import MistakeReport, Service
from services.revisions.changes_since import changed_since, latest_change
from services.search.personal_data import holds_identity_code


class KeepingForm(forms.Form):
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
        if problem := self._unseen(given):
            # The page that comes back shows what there is now.
            self.data = self.data.copy()
            self.data["seen"] = latest_change(self.of)
            raise forms.ValidationError(problem)
        return given

    def _unseen(self, given: dict) -> str:
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
