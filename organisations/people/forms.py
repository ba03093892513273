"""Forms for members and claims."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from stdnum.fi import ytunnus

from organisations.core.retry_forms import RetryForm
from organisations.models import Claim, Municipality
from organisations.models.membership import Role
from organisations.models.organisation import Sector


class InviteForm(RetryForm, forms.Form):
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(
        label=_("What may the person do?"),
        widget=forms.RadioSelect,
        initial=Role.EDITOR,
        choices=[
            (Role.EDITOR, _("Editor: keeps the organisation's information and services up to date")),
            (Role.ADMIN, _("Admin: also invites people and decides who may do what")),
        ],
    )
    language = forms.ChoiceField(
        label=_("Language of the mail"), choices=settings.LANGUAGES, initial=lambda: (get_language() or "fi")[:2]
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


class ClaimForm(RetryForm, forms.Form):
    text = forms.CharField(
        label=_("What do you do in the organisation?"),
        help_text=_("One sentence is enough. A coordinator reads it, and it is deleted after that."),
        max_length=Claim.MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NewOrganisationForm(ClaimForm):
    """Basic facts only; the rest is filled in later by the members."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=200)
    sector = forms.ChoiceField(
        label=pgettext_lazy("organisation", "What is it?"), widget=forms.RadioSelect, choices=Sector.choices
    )
    business_id = forms.CharField(
        label=_("Business ID, if it has one"), help_text=_("For example 1234567-1"), required=False, max_length=12
    )
    website = forms.URLField(label=_("Website, if it has one"), required=False, max_length=500, assume_scheme="https")
    municipality = forms.ModelChoiceField(
        label=_("Where does it mainly work?"),
        queryset=Municipality.objects.all(),
        required=False,
        empty_label=_("All of Finland"),
    )
    is_new = forms.BooleanField(label=_("None of these: the organisation is not in the list yet"), required=False)
    field_order = ("name", "sector", "business_id", "website", "municipality", "text")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # In the alphabetical order of the active language.
        cast(forms.ModelChoiceField, self.fields["municipality"]).queryset = Municipality.objects.alphabetical()

    def clean_business_id(self) -> str:
        """Normalise to the official form with a hyphen. Raises ValidationError."""
        value = self.cleaned_data["business_id"].strip()
        if value and not ytunnus.is_valid(value):
            raise forms.ValidationError(_("This is not a valid business ID (for example 1234567-1)."))
        return ytunnus.format(value) if value else ""
