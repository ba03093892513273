"""Mails of the house: plain text, in the language of whoever gets them."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import override


def letter(template: str, *, to: str, language: str, facts: dict) -> EmailMessage:
    """A mail that is ready to be sent: `template`.txt with its `template`_subject.txt."""
    with override(language):
        subject = " ".join(render_to_string(f"{template}_subject.txt", facts).split())
        body = render_to_string(f"{template}.txt", facts).strip() + "\n"
    return EmailMessage(subject, body, to=[to])
