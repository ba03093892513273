"""Adapters of django-allauth: sign-up rules, language of mails, mandatory second step."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.conf import settings
from django.urls import translate_url
from django.utils.crypto import get_random_string
from django.utils.translation import get_language, override

from organisations import permissions
from organisations.core.mail import absolute_url, send_in_background

from . import signup_gate

log = logging.getLogger(__name__)
# Sent in the background, so that the response time does not reveal whether an account exists.
BACKGROUND_EMAILS = frozenset({"account/email/password_reset_key"})
MFA_ADDED_EMAILS = frozenset({"mfa/email/totp_activated", "mfa/email/webauthn_added"})


def user_display(user) -> str:
    return str(user)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        """Only after following an invitation or starting to claim or add an organisation."""
        return signup_gate.is_signup_open(request)

    def save_user(self, request, user, form, commit=True):
        user.language = (get_language() or "fi")[:2]
        # Collapse to one line: the name appears in mails and must not add text of its own.
        user.name = " ".join(form.cleaned_data.get("name", "").split())
        # Invited users become members at once; the others are not vouched for yet.
        user.vouched_for = False
        # The unique constraint ignores case.
        form.cleaned_data["email"] = form.cleaned_data["email"].lower()
        return super().save_user(request, user, form, commit)

    def send_mail(self, template_prefix, email, context) -> None:
        """Send in the user's language, or in the active one for an unknown user."""
        user = context.get("user") or getattr(self.request, "user", None)
        language = getattr(user, "language", None) or (get_language() or "fi")[:2]
        # translate_url must run in the active language, in which the URLs were built.
        links = {
            name: absolute_url(self.request, translate_url(url, language))
            for name, url in context.items()
            if name.endswith("_url")
        }
        with override(language):
            mail = self.render_mail(
                template_prefix, email, {"request": self.request, "email": email, **context, **links}
            )
        if template_prefix in BACKGROUND_EMAILS:
            send_in_background(mail)
        else:
            mail.send()

    def send_account_already_exists_mail(self, email) -> None:
        """Hash a password first, so that the response takes as long as for a new address."""
        self.new_user(self.request).set_password(get_random_string(20))
        super().send_account_already_exists_mail(email)

    def send_notification_mail(self, template_prefix, user, context=None, email=None) -> None:
        """Notify the user; after a new second step, end other sessions, which began without it."""
        if template_prefix in MFA_ADDED_EMAILS:
            end_other_sessions(self.request, user)
        super().send_notification_mail(template_prefix, user, context, email)


class MFAAdapter(DefaultMFAAdapter):
    def can_delete_authenticator(self, authenticator) -> bool:
        """Users who require a second step must keep one besides the recovery codes."""
        if not permissions.requires_mfa(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def list_apps(self, request, provider=None, client_id=None) -> list[SocialApp]:
        """Providers come only from the settings, never from the database."""
        configured = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        apps = [SocialApp(provider="openid_connect", **app) for app in configured]
        return [
            app
            for app in apps
            if (not provider or provider in (app.provider, app.provider_id))
            and (not client_id or client_id == app.client_id)
        ]

    def can_authenticate_by_email(self, login, email) -> bool:
        """Allow login by e-mail only for domains that the settings trust the provider with."""
        return super().can_authenticate_by_email(login, email) and self.is_email_verified(login.provider, email)

    def is_open_for_signup(self, request, sociallogin) -> bool:
        """As for e-mail, or if the settings allow the provider's own users to sign up."""
        return self._is_own(sociallogin) or super().is_open_for_signup(request, sociallogin)

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None) -> None:
        """Log the exception types only, as messages may quote personal data."""
        kinds = [type(problem).__name__ for problem in (exception, getattr(exception, "__cause__", None)) if problem]
        log.warning("Login by %s failed: %s", provider.app.provider_id, " from ".join(kinds) or error)

    def save_user(self, request, sociallogin, form=None):
        user = super().save_user(request, sociallogin, form)
        user.vouched_for = self._is_own(sociallogin)
        user.save(update_fields=["vouched_for"])
        return user

    def _is_own(self, sociallogin) -> bool:
        """Whether the provider may sign up its users and has verified one of the addresses."""
        provider = sociallogin.provider
        allows_signup = provider.app is not None and provider.app.settings.get("signup", False)
        return allows_signup and any(
            self.is_email_verified(provider, address.email) for address in sociallogin.email_addresses
        )

    def populate_user(self, request, sociallogin, data):
        user = super().populate_user(request, sociallogin, data)
        user.email = user.email.lower()
        user.name = (data.get("name") or " ".join(filter(None, (data.get("first_name"), data.get("last_name")))))[:150]
        user.language = (get_language() or "fi")[:2]
        return user
