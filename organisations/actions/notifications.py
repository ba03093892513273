"""E-mails about invitations and claims."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import override

from organisations.core.mail import absolute_url, render_email
from organisations.models import Claim, Invitation

log = logging.getLogger(__name__)


def send_invitation(invitation: Invitation, url: str) -> bool:
    """Send the invitation; returns whether the mail server accepted it. `url` contains the token."""
    context = {"invitation": invitation, "url": url}
    return _send_email("invitation", invitation.email, invitation.language, context)


def send_claim_decision(claim: Claim, url: str, reason: str = "") -> bool:
    """Send the decision and its reason to the applicant; returns whether the mail server accepted it."""
    context = {"claim": claim, "url": url, "reason": reason, "directory_email": settings.DIRECTORY_EMAIL}
    return _send_email("decision", claim.user.email, claim.user.language, context)


def _send_email(name: str, to: str, language: str, context: dict) -> bool:
    try:
        render_email(f"organisations/mails/{name}", to=to, language=language, context=context).send()
    except (OSError, SMTPException) as error:
        # Log neither the address nor the server's reply, which may repeat it.
        log.error("A mail (%s) could not be sent: %s", name, type(error).__name__)
        return False
    return True


def page_url(request: HttpRequest, view: str, language: str, *args: object) -> str:
    """The absolute URL of a view in the given language."""
    with override(language):
        return absolute_url(request, reverse(view, args=args))
