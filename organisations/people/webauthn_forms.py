"""Forms for passkeys and security keys: django-allauth's own with a translatable label."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddSecurityKeyForm(AddWebAuthnForm):
    name = forms.CharField(label=_("Name of the key"), required=False)


class EditSecurityKeyForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Name of the key"))
