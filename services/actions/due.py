"""Which records wait for a confirmation."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from organisations.models import Organisation
from organisations.models.base import Status
from services.models import Service


@dataclass
class Due:
    """An organisation with what waits for a confirmation: itself, or services of it."""

    organisation: Organisation
    itself: bool = False
    services: list[Service] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self.itself or bool(self.services)

    @property
    def records(self) -> list[Organisation | Service]:
        return ([self.organisation] if self.itself else []) + self.services


def waiting(organisation: Organisation, today: dt.date) -> Due:
    """What of one organisation is due, or soon will be."""
    services = organisation.services.published().select_related("organisation").alphabetical()
    return due_of(organisation, services, today)


def due_of(organisation: Organisation, services: Iterable[Service], today: dt.date) -> Due:
    """What of an organisation and of these published services of it is due, or soon will be."""
    return Due(
        organisation,
        organisation.status == Status.PUBLISHED and organisation.term.stage(today) is not None,
        [service for service in services if service.term.stage(today) is not None],
    )


def all_waiting(today: dt.date) -> Iterator[Due]:
    """All organisations that somebody cares for with what is due, in two queries."""
    cared_for = Organisation.objects.published().filter(memberships__user__is_active=True).distinct()
    services = Service.objects.published().filter(organisation__in=cared_for).select_related("organisation")
    of: dict[int, list[Service]] = defaultdict(list)
    for service in services.alphabetical():
        if service.term.stage(today) is not None:
            of[service.organisation_id].append(service)
    for organisation in cared_for.alphabetical():
        if due := due_of(organisation, of[organisation.pk], today):
            yield due


def nearly_archived(today: dt.date) -> list[Service]:
    """Published services that will be put away soon, if nobody confirms them; not those that another system keeps."""
    kept_here = Service.objects.published().filter(references__isnull=True).select_related("organisation")
    return [service for service in kept_here.order_by("organisation", "pk") if service.term.is_last(today)]
