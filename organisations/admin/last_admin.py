"""Warnings about organisations that lose their last admin."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from organisations.models import Organisation, User
from organisations.models.organisation import OrganisationQuerySet


def organisations_administered_by(users: Iterable[User]) -> list[Organisation]:
    """The organisations that have one of these users as an active admin."""
    return list(Organisation.objects.with_admin().filter(memberships__user__in=users))


def warn_of_missing_admins(request: HttpRequest, organisations: list[Organisation]) -> None:
    """Warn about organisations without an admin. Not an error, as any account may have to be removed at once."""
    ids = [organisation.pk for organisation in organisations]
    without_admin = Organisation.objects.filter(pk__in=ids).exclude(
        pk__in=Organisation.objects.with_admin().values("pk")
    )
    if names := ", ".join(map(str, without_admin)):
        messages.warning(request, _("Nobody is an admin any more of: %(names)s. Invite somebody.") % {"names": names})


@contextmanager
def missing_admin_warning(request: HttpRequest, organisations: OrganisationQuerySet) -> Iterator[None]:
    """Warn about those of the organisations that lose their last admin within the context."""
    administered = list(organisations.with_admin())
    yield
    warn_of_missing_admins(request, administered)
