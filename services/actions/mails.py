"""Mails, each in the language of whoever gets it."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from organisations.models import User


@dataclass(frozen=True)
class Mail:
    """A mail to a user; `template` begins with its subject, a line of its own."""

    to: User
    template: str
    values: dict[str, Any] = field(default_factory=dict)

    def send(self) -> None:
        """Raises SMTPException or OSError where it cannot be sent."""
        with override(self.to.language):
            written = render_to_string(self.template, self.values | {"user": self.to})
        subject, text = written.strip().split("\n", 1)
        EmailMessage(subject.strip(), text.strip() + "\n", to=[self.to.email]).send()


def link(user: User, route: str, *args) -> str:
    """The whole address of a page in the user's language."""
    with override(user.language):
        return settings.SITE_ADDRESS + reverse(route, args=args)
