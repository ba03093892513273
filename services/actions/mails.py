"""Mails to users about the records they maintain."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from organisations.core.mail import render_email
from organisations.models import User


@dataclass(frozen=True)
class TemplateMail:
    """A mail to a user, by the name of its template."""

    to: User
    template: str
    facts: dict[str, Any] = field(default_factory=dict)

    def send(self) -> None:
        """Raises SMTPException or OSError if the mail server does not accept it."""
        name = f"services/mails/{self.template}"
        render_email(name, to=self.to.email, language=self.to.language, context=self.facts).send()


def absolute_link(user: User, route: str, *args: object) -> str:
    """The absolute URL of a page in the user's language."""
    with override(user.language):
        return settings.SITE_ADDRESS + reverse(route, args=args)
