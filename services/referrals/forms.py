"""The form that makes a referral list: its heading, and advice for each service."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.core.form_idempotency import new_idempotency_key
from organisations.core.phone_numbers import find_phone_numbers
from organisations.models import Municipality
from services.actions.referral_lists import LIFETIMES_IN_DAYS, ItemAdvice
from services.models import ListTemplate, ReferralItem, Service, TemplateItem
from services.models.choices import Language
from services.models.referral_list import ListTitle, NextStep, ReadyPhrase, usual_next_step
from services.search.personal_data import PersonalData, holds_identity_code, personal_data_in

from .list_overview import FamilyFacts

WARNINGS = {
    PersonalData.PHONE: _("There is a phone number that is not the service's own. Whose is it?"),
    PersonalData.EMAIL: _("There is an e-mail address. Whose is it?"),
    PersonalData.NAME: _("There seems to be a person's name."),
}


def _lifetime_choices() -> list[tuple[int, str]]:
    """In the language of the request: `%` would translate a lazy text when the module is loaded."""
    return [(days, gettext("%(days)s days") % {"days": days}) for days in LIFETIMES_IN_DAYS]


class ReferralListForm(forms.Form):
    """The list as a whole."""

    title = forms.ChoiceField(label=_("Heading of the family's page"), choices=ListTitle, initial=ListTitle.SERVICES)
    days = forms.TypedChoiceField(
        label=_("The link works for"),
        choices=_lifetime_choices,
        coerce=int,
        initial=LIFETIMES_IN_DAYS[0],
        help_text=_("After that the list is deleted for good."),
    )
    municipality = forms.ModelChoiceField(
        Municipality.objects.none(),
        label=_("The family's municipality (optional)"),
        empty_label="–",
        help_text=_("For services near the family and for counting where families get in. Not shown on their page."),
        required=False,
    )
    age = forms.IntegerField(
        label=_("Age of the person who needs help (optional)"),
        help_text=_("Only to check the list. It is not stored."),
        min_value=0,
        max_value=120,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    family_language = forms.ChoiceField(
        label=_("The family's language (optional)"),
        choices=[("", "–"), *((value, capfirst(label)) for value, label in Language.choices)],
        help_text=_("Only to check the list. It is not stored."),
        required=False,
    )
    form_key = forms.CharField(widget=forms.HiddenInput, max_length=64, min_length=20)
    # Shown beside warnings only.
    accept_warnings = forms.BooleanField(
        label=_("I have checked: nobody can tell from these words who the family is."), required=False
    )

    def __init__(self, data: QueryDict | None, *, search: QueryDict | None = None):
        """`search` has what the search for the services said about the family."""
        super().__init__(data, label_suffix="")
        cast(forms.ModelChoiceField, self.fields["municipality"]).queryset = Municipality.objects.alphabetical()
        self.initial["form_key"] = new_idempotency_key()
        for name in ("municipality", "age", "family_language"):
            if search and (value := self.valid_value(name, search.get(name))) is not None:
                self.initial[name] = value

    def valid_value(self, name: str, text: Any) -> Any:
        """The value of a field, also while others are wrong; None without one."""
        try:
            value = self.fields[name].clean("" if text is None else text)
        except forms.ValidationError:
            return None
        return None if value == "" else value

    @property
    def family(self) -> FamilyFacts:
        """As typed or brought along, also while other fields are wrong."""
        values = {name: self[name].value() for name in ("municipality", "age", "family_language")}
        municipality = values["municipality"]
        if not isinstance(municipality, Municipality):
            municipality = self.valid_value("municipality", municipality)
        language = self.valid_value("family_language", values["family_language"]) or ""
        return FamilyFacts(municipality, self.valid_value("age", values["age"]), language)


class AdviceForm(forms.Form):
    """What the family reads beside one service."""

    next_step = forms.ChoiceField(label=_("Next step"), choices=NextStep)
    phrases = forms.MultipleChoiceField(
        label=_("Advice"), choices=ReadyPhrase, required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("In your own words"),
        help_text=_("At most 200 characters. Write nothing about the family: no names, no identity codes."),
        max_length=ReferralItem.MAX_NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: QueryDict | None, *, service: Service, item: TemplateItem | None = None):
        super().__init__(data, prefix=f"s{service.pk}", label_suffix="")
        self.service = service
        self.initial["next_step"] = item.next_step if item else usual_next_step(service)
        self.initial["phrases"] = item.phrases if item else []
        self.warnings: list[str] = []
        # Why the service may not fit the family.
        self.misfits: list[str] = []

    def clean_note(self) -> str:
        """Refuse identity codes; other personal data is only warned of, as the words may be the service's own."""
        note = " ".join(self.cleaned_data["note"].split())
        if holds_identity_code(note):
            raise forms.ValidationError(
                _("There is a personal identity code here. Take it out: nothing was stored."), code="personal"
            )
        kinds = personal_data_in(note)
        if PersonalData.PHONE in kinds and _dialled(note) <= self._service_numbers():
            kinds.discard(PersonalData.PHONE)
        self.warnings = [str(warning) for kind, warning in WARNINGS.items() if kind in kinds]
        return note

    def advice(self) -> ItemAdvice:
        return ItemAdvice(
            service=self.service,
            next_step=self.cleaned_data["next_step"],
            phrases=self.cleaned_data["phrases"],
            note=self.cleaned_data["note"],
        )

    def _service_numbers(self) -> set[str]:
        phones = [
            *self.service.phones.all(),
            *self.service.organisation.phones.all(),
            *(phone for location in self.service.locations.all() for phone in location.phones.all()),
        ]
        return {uri for phone in phones for uri in _dialled(phone.number)}


def _dialled(text: str) -> set[str]:
    return {number.uri for number in find_phone_numbers(text)}


class ListDraft:
    """The forms of a list that is being made, from the request, or from a template."""

    def __init__(self, request: HttpRequest, services: Sequence[Service], template: ListTemplate | None = None):
        data = request.POST if request.method == "POST" else None
        self.list_form = ReferralListForm(data, search=request.GET)
        items = {item.service_id: item for item in template.items.all()} if template else {}
        if template:
            self.list_form.initial["title"] = template.title
        self.advice_forms = [AdviceForm(data, service=service, item=items.get(service.pk)) for service in services]

    def is_valid(self) -> bool:
        """Whether all fields are valid, and warnings accepted."""
        # Validate all, so that every error is shown at once.
        results = [form.is_valid() for form in (self.list_form, *self.advice_forms)]
        return all(results) and (not self.warnings or self.list_form.cleaned_data["accept_warnings"])

    @property
    def warnings(self) -> list[str]:
        return [warning for form in self.advice_forms for warning in form.warnings]

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in (self.list_form, *self.advice_forms))
