"""The organisations and services a user maintains, read in a constant number of queries."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from organisations import permissions
from organisations.core.collation import alphabetical
from organisations.models import Organisation, User
from organisations.models.base import Status
from organisations.models.membership import Role
from services.content.completeness import completeness
from services.content.due_confirmations import DueConfirmations, due_among
from services.models import Draft, Service


@dataclass
class MemberOrganisation:
    """An organisation that a user maintains, with its services except archived ones."""

    organisation: Organisation
    role: str
    is_descendant: bool
    today: dt.date
    services: list[Service] = field(default_factory=list)

    @cached_property
    def due_confirmations(self) -> DueConfirmations:
        return due_among(self.organisation, self.published_services, self.today)

    @property
    def published_services(self) -> list[Service]:
        """The services that readers see."""
        if self.organisation.status != Status.PUBLISHED:
            return []
        return [service for service in self.services if service.status == Status.PUBLISHED]

    @property
    def unpublished_records(self) -> list[Organisation | Service]:
        """Records with unpublished content, the organisation's profile first."""
        profile = [self.organisation] if draft_or_none(self.organisation) else []
        return profile + [
            service for service in self.services if service.status == Status.DRAFT or draft_or_none(service)
        ]

    @property
    def completeness_percent(self) -> int | None:
        """The mean completeness of the services that have a name, in percent; None without such services."""
        services = [service for service in self.services if service.name]
        return round(100 * sum(map(completeness, services)) / len(services)) if services else None

    @property
    def next_due(self) -> dt.date | None:
        """The day of the next confirmation; None while the organisation is not published."""
        if self.organisation.status != Status.PUBLISHED:
            return None
        return min(record.term.due for record in (self.organisation, *self.published_services))


def member_organisations(user: User, today: dt.date) -> list[MemberOrganisation]:
    """The organisations the user maintains in alphabetical order: memberships first, then their descendants."""
    roles = dict(user.memberships.values_list("organisation", "role"))
    entries = {
        organisation.pk: MemberOrganisation(
            organisation, roles.get(organisation.pk, Role.ADMIN), organisation.pk not in roles, today
        )
        for organisation in permissions.member_organisations(user).select_related("draft").alphabetical()
    }
    services = Service.objects.filter(organisation__in=entries).exclude(status=Status.ARCHIVED)
    for service in (
        services.select_related("draft")
        .prefetch_related("phones", "locations", "categories", "references")
        .order_by(alphabetical("name"), "pk")
    ):
        entry = entries[service.organisation_id]
        service.organisation = entry.organisation
        entry.services.append(service)
    return sorted(entries.values(), key=lambda entry: entry.is_descendant)


def draft_or_none(record: Organisation | Service) -> Draft | None:
    return getattr(record, "draft", None)
