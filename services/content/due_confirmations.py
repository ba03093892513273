"""Records that are due for confirmation."""

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
    """What is due for confirmation in an organisation: `itself` and `services`."""

    organisation: Organisation
    itself: bool = False
    services: list[Service] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self.itself or bool(self.services)

    @property
    def records(self) -> list[Organisation | Service]:
        return ([self.organisation] if self.itself else []) + self.services


def due_for_organisation(organisation: Organisation, today: dt.date) -> DueConfirmations:
    """What is due, or soon will be, in one organisation."""
    services = organisation.services.published().select_related("organisation").alphabetical()
    return due_among(organisation, services, today)


def due_among(organisation: Organisation, services: Iterable[Service], today: dt.date) -> DueConfirmations:
    """What is due, or soon will be, of an organisation and these published services of it."""
    return DueConfirmations(
        organisation,
        organisation.status == Status.PUBLISHED and organisation.term.stage(today) is not None,
        [service for service in services if service.term.stage(today) is not None],
    )


def all_due(today: dt.date) -> list[DueConfirmations]:
    """What is due in all organisations with active members. Two queries."""
    with_members = Organisation.objects.published().filter(memberships__user__is_active=True)
    services = (
        Service.objects.published()
        .unconfirmed_on(today + REMINDER_LEAD + GRACE_PERIOD)
        .filter(organisation__in=with_members)
    )
    services_by_organisation: dict[int, list[Service]] = defaultdict(list)
    for service in services.select_related("organisation").alphabetical():
        services_by_organisation[service.organisation_id].append(service)
    themselves = with_members.unconfirmed_since(today + REMINDER_LEAD - SHORTEST_CYCLE)
    organisations = Organisation.objects.filter(
        Q(pk__in=list(services_by_organisation)) | Q(pk__in=themselves.values("pk"))
    )
    due_confirmations = (
        due_among(organisation, services_by_organisation[organisation.pk], today)
        for organisation in organisations.alphabetical()
    )
    return [due for due in due_confirmations if due]


def services_to_be_archived(today: dt.date) -> list[Service]:
    """Published services that will soon be archived unless confirmed, except those imported from other systems."""
    late = (
        Service.objects.published()
        .unconfirmed_on(today + ARCHIVE_NOTICE - ARCHIVE_AFTER + GRACE_PERIOD)
        .filter(references__isnull=True)
    )
    services = late.select_related("organisation").order_by("organisation", "pk")
    return [service for service in services if service.term.is_archive_notice_due(today)]


def long_unconfirmed(today: dt.date) -> list[Organisation]:
    """Published organisations, except imported ones, unconfirmed for as long as services before they are archived."""
    late = (
        Organisation.objects.published()
        .unconfirmed_since(today - ARCHIVE_AFTER - SHORTEST_CYCLE)
        .filter(references__isnull=True)
    )
    return [organisation for organisation in late.alphabetical() if organisation.term.is_archive_due(today)]
