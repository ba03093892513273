"""Mails about invitations and claims."""

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
    """Whether the mail server took the letter. `url` holds the token."""
    facts = {"invitation": invitation, "url": url}
    return _send_email("invitation", invitation.email, invitation.language, facts)


def send_claim_decision(claim: Claim, url: str, reason: str = "") -> bool:
    """Tell whoever asked for an organisation what was decided, and why not."""
    facts = {"claim": claim, "url": url, "reason": reason, "directory_email": settings.DIRECTORY_EMAIL}
    return _send_email("decision", claim.user.email, claim.user.language, facts)


def _send_email(name: str, to: str, language: str, facts: dict) -> bool:
    try:
        render_email(f"organisations/mails/{name}", to=to, language=language, facts=facts).send()
    except (OSError, SMTPException) as problem:
        # Without the address, and without the server's answer, which repeats it.
        log.error("A mail (%s) was not taken: %s", name, type(problem).__name__)
        return False
    return True


def page_url(request: HttpRequest, view: str, language: str, *args) -> str:
    """The absolute address of a page in the reader's language."""
    with override(language):
        return absolute_url(request, reverse(view, args=args))
