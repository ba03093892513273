"""What somebody looks after, read in a number of queries that does not grow with it."""

import datetime as dt
from dataclasses import dataclass, field

from organisations import permissions
from organisations.core.collation import alphabetical
from organisations.models import Organisation, User
from organisations.models.base import Status
from organisations.models.membership import Role
from services.content.completeness import completeness
from services.content.due_confirmations import DueConfirmations, due_among
from services.models import Service


@dataclass
class MemberOrganisation:
    """An organisation as one who looks after it sees it, with its services, of which none is archived."""

    organisation: Organisation
    role: str
    is_descendant: bool
    services: list[Service] = field(default_factory=list)
    due: DueConfirmations | None = None

    @property
    def published(self) -> list[Service]:
        """What readers see."""
        shown = self.organisation.status == Status.PUBLISHED
        return [service for service in self.services if shown and service.status == Status.PUBLISHED]

    @property
    def unfinished(self) -> list[Organisation | Service]:
        """Records with something written that readers do not see, the organisation's own profile first."""
        own = [self.organisation] if draft_or_none(self.organisation) else []
        return own + [service for service in self.services if service.status == Status.DRAFT or draft_or_none(service)]

    @property
    def percent(self) -> int | None:
        """How much of what they should say its services say; None without services."""
        named = [service for service in self.services if service.name]
        return round(100 * sum(map(completeness, named)) / len(named)) if named else None

    @property
    def next_due(self) -> dt.date | None:
        """The day on which somebody is asked next; None while readers do not see the organisation."""
        if self.organisation.status != Status.PUBLISHED:
            return None
        return min(record.term.due for record in (self.organisation, *self.published))


def member_organisations(user: User, today: dt.date) -> list[MemberOrganisation]:
    """Everything that the person looks after, in alphabetical order, what lies below others last."""
    own = dict(user.memberships.values_list("organisation", "role"))
    kept = {
        organisation.pk: MemberOrganisation(
            organisation, own.get(organisation.pk, Role.ADMIN), organisation.pk not in own
        )
        for organisation in permissions.member_organisations(user).select_related("draft").alphabetical()
    }
    services = Service.objects.filter(organisation__in=kept).exclude(status=Status.ARCHIVED)
    for service in (
        services.select_related("draft")
        .prefetch_related("phones", "locations", "categories", "references")
        .order_by(alphabetical("name"), "pk")
    ):
        mine = kept[service.organisation_id]
        service.organisation = mine.organisation
        mine.services.append(service)
    for mine in kept.values():
        mine.due = due_among(mine.organisation, mine.published, today)
    return sorted(kept.values(), key=lambda mine: mine.is_descendant)


def draft_or_none(record: Organisation | Service):
    return getattr(record, "draft", None)
