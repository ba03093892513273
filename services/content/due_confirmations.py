"""Which records wait for a confirmation."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from organisations.core.freshness import ARCHIVE_AFTER, ARCHIVE_NOTICE, GRACE_PERIOD, REMINDER_LEAD, SHORTEST_CYCLE
from organisations.models import Organisation
from organisations.models.base import Status
from services.models import Service


@dataclass
class DueConfirmations:
    """An organisation with what waits for a confirmation: itself, or services of it."""

    organisation: Organisation
    itself: bool = False
    services: list[Service] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self.itself or bool(self.services)

    @property
    def records(self) -> list[Organisation | Service]:
        return ([self.organisation] if self.itself else []) + self.services


def due_for_organisation(organisation: Organisation, today: dt.date) -> DueConfirmations:
    """What of one organisation is due, or soon will be."""
    services = organisation.services.published().select_related("organisation").alphabetical()
    return due_among(organisation, services, today)


def due_among(organisation: Organisation, services: Iterable[Service], today: dt.date) -> DueConfirmations:
    """What of an organisation and of these published services of it is due, or soon will be."""
    return DueConfirmations(
        organisation,
        organisation.status == Status.PUBLISHED and organisation.term.stage(today) is not None,
        [service for service in services if service.term.stage(today) is not None],
    )


def all_due(today: dt.date) -> list[DueConfirmations]:
    """All organisations that somebody cares for with what is due, in two queries."""
    cared_for = Organisation.objects.published().filter(memberships__user__is_active=True)
    services = (
        Service.objects.published()
        .unconfirmed_on(today + REMINDER_LEAD + GRACE_PERIOD)
        .filter(organisation__in=cared_for)
    )
    of: dict[int, list[Service]] = defaultdict(list)
    for service in services.select_related("organisation").alphabetical():
        of[service.organisation_id].append(service)
    themselves = cared_for.unconfirmed_since(today + REMINDER_LEAD - SHORTEST_CYCLE)
    organisations = Organisation.objects.filter(Q(pk__in=list(of)) | Q(pk__in=themselves.values("pk")))
    found = (due_among(organisation, of[organisation.pk], today) for organisation in organisations.alphabetical())
    return [due for due in found if due]


def services_to_be_archived(today: dt.date) -> list[Service]:
    """Published services that will be put away soon, if nobody confirms them; not those that another system keeps."""
    late = (
        Service.objects.published()
        .unconfirmed_on(today + ARCHIVE_NOTICE - ARCHIVE_AFTER + GRACE_PERIOD)
        .filter(references__isnull=True)
    )
    found = late.select_related("organisation").order_by("organisation", "pk")
    return [service for service in found if service.term.is_archive_notice_due(today)]


def long_unconfirmed(today: dt.date) -> list[Organisation]:
    """Published organisations that nobody has confirmed for so long that a service would be put away; not those that
    another system keeps."""
    late = (
        Organisation.objects.published()
        .unconfirmed_since(today - ARCHIVE_AFTER - SHORTEST_CYCLE)
        .filter(references__isnull=True)
    )
    return [organisation for organisation in late.alphabetical() if organisation.term.is_archive_due(today)]
