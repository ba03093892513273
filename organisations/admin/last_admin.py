"""Whom somebody's leaving leaves without an admin."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from organisations.models import Organisation


def organisations_administered_by(users) -> list[Organisation]:
    """The organisations that have one of these people among their admins."""
    return list(Organisation.objects.with_admin().filter(memberships__user__in=users))


def warn_of_missing_admins(request, cared_for: list[Organisation]) -> None:
    """Warn of those that had an admin and have none now: an account may have to go at once, even the last admin's."""
    numbers = [organisation.pk for organisation in cared_for]
    left = Organisation.objects.filter(pk__in=numbers).exclude(pk__in=Organisation.objects.with_admin().values("pk"))
    if names := ", ".join(map(str, left)):
        messages.warning(request, _("Nobody is an admin any more of: %(names)s. Invite somebody.") % {"names": names})


@contextmanager
def missing_admin_warning(request, organisations: QuerySet[Organisation]) -> Iterator[None]:
    """Warn of those among the organisations that lose their last admin inside."""
    cared_for = list(organisations.with_admin())
    yield
    warn_of_missing_admins(request, cared_for)
