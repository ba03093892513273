"""Plain-text e-mails in the language of the recipient."""

import logging
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import override

log = logging.getLogger(__name__)
# Sends mail outside the request; queued messages are sent before the process exits.
_executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def render_email(template: str, *, to: str, language: str, context: dict) -> EmailMessage:
    """Render `template`.txt and `template`_subject.txt into a message that is ready to send."""
    with override(language):
        subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
        body = render_to_string(f"{template}.txt", context).strip() + "\n"
    return EmailMessage(subject, body, to=[to])


def absolute_url(request: HttpRequest, address: str) -> str:
    """The absolute URL of a page for mails.

    SITE_ADDRESS takes precedence over the Host header, whose port and name the client chooses.
    """
    path = urlsplit(address)._replace(scheme="", netloc="").geturl()
    return settings.SITE_ADDRESS + path if settings.SITE_ADDRESS else request.build_absolute_uri(path)


def send_in_background(message: EmailMessage) -> None:
    """Send a message in a background thread; failures are only logged.

    For responses whose duration must not reveal whether an account exists.
    """
    _executor.submit(_send_or_log, message)


def _send_or_log(message: EmailMessage) -> None:
    try:
        message.send()
    except (OSError, SMTPException) as error:
        # Log neither the address nor the server's reply, which may repeat it.
        log.error("A mail could not be sent: %s", type(error).__name__)
