"""Mails of the house: plain text, in the language of whoever gets them."""

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
# Carries letters while nobody waits; what is under way is delivered before the process ends.
_executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="postman")


def render_email(template: str, *, to: str, language: str, facts: dict) -> EmailMessage:
    """A mail that is ready to be sent: `template`.txt with its `template`_subject.txt."""
    with override(language):
        subject = " ".join(render_to_string(f"{template}_subject.txt", facts).split())
        body = render_to_string(f"{template}.txt", facts).strip() + "\n"
    return EmailMessage(subject, body, to=[to])


def absolute_url(request: HttpRequest, address: str) -> str:
    """The address of a page as mails give it: on the site's own host. What a request calls the site is only believed
    where no setting tells, for whoever writes the request chooses a port, and one of several names."""
    path = urlsplit(address)._replace(scheme="", netloc="").geturl()
    return settings.SITE_ADDRESS + path if settings.SITE_ADDRESS else request.build_absolute_uri(path)


def send_in_background(message: EmailMessage) -> None:
    """Send a mail without letting anybody wait for it; one that is not taken is only logged.

    For answers that must not tell, by how long they take, whether there was somebody to write to.
    """
    _executor.submit(_send_or_log, message)


def _send_or_log(message: EmailMessage) -> None:
    try:
        message.send()
    except (OSError, SMTPException) as problem:
        # Without the address, and without the server's answer, which repeats it.
        log.error("A mail was not taken: %s", type(problem).__name__)
