"""All access rules, one function for each right.

Roles: visitor; editor or admin of an organisation (an admin also cares for the organisations below it); coordinator
for one or more counties; superuser. Every function accepts anonymous and inactive users, and queries the database on
each call, so that a revoked right ends at once.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeGuard

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from organisations.models import Membership, Organisation, User, WellbeingCounty
from organisations.models.base import Status
from organisations.models.membership import Role
from organisations.models.organisation import OrganisationQuerySet

AnyUser = User | AnonymousUser


def may_use_admin(user: AnyUser) -> TypeGuard[User]:
    """Coordinators and superusers."""
    return _is_active(user) and (user.is_staff or user.is_superuser)


def requires_mfa(user: AnyUser) -> bool:
    """Whether the user's rights are too wide for a password alone."""
    return settings.REQUIRE_MFA and may_use_admin(user)


def lacks_required_mfa(user: AnyUser) -> bool:
    """Whether the user must set up a second login step before using coordinator or superuser rights."""
    return requires_mfa(user) and not _mfa_authenticators().filter(user=user).exists()


def is_insider(user: AnyUser, organisation: Organisation) -> bool:
    """Whether the user may see that the organisation's internal pages exist; all others get a 404."""
    return may_edit(user, organisation)


def may_edit(user: AnyUser, organisation: Organisation) -> bool:
    """Edit the organisation's profile and its services."""
    return role_in(user, organisation) is not None or may_coordinate(user, organisation)


def may_manage_members(user: AnyUser, organisation: Organisation) -> bool:
    """Invite people, change their roles and remove them."""
    return role_in(user, organisation) == Role.ADMIN or may_coordinate(user, organisation)


def may_leave(user: AnyUser, organisation: Organisation) -> bool:
    """Users can leave only their own membership. The action checks that another admin remains."""
    return _is_active(user) and organisation.memberships.filter(user=user).exists()


def may_claim(user: AnyUser, organisation: Organisation) -> bool:
    """Request membership of an organisation that the user is not a member of."""
    return _is_active(user) and role_in(user, organisation) is None


def may_add_organisation(user: AnyUser) -> bool:
    """Any signed-in user; a coordinator reviews the organisation before it is published."""
    return _is_active(user)


def may_decide_claims(user: AnyUser, organisation: Organisation) -> bool:
    """Approve or decline requests for the organisation."""
    return may_coordinate(user, organisation)


def may_coordinate(user: AnyUser, organisation: Organisation) -> bool:
    """Superusers, and coordinators of a county where the organisation works.

    Organisations without an area and nationwide ones belong to every coordinator.
    """
    if not _is_active(user) or lacks_required_mfa(user):
        return False
    return user.is_superuser or coordinated_organisations(user).filter(pk=organisation.pk).exists()


def is_coordinator(user: AnyUser) -> TypeGuard[User]:
    """See the pages about all services that a user coordinates."""
    return may_use_admin(user) and not lacks_required_mfa(user)


def coordinated_organisations(user: AnyUser) -> OrganisationQuerySet:
    """The organisations that the user coordinates."""
    if not may_use_admin(user) or lacks_required_mfa(user):
        return Organisation.objects.none()
    if user.is_superuser:
        return Organisation.objects.all()
    counties = list(user.coordinates.values_list("pk", flat=True))
    return Organisation.objects.for_coordinators_of(counties) if counties else Organisation.objects.none()


def coordinated_counties(user: AnyUser) -> QuerySet[WellbeingCounty]:
    """The counties whose shared pages the user writes; all for superusers."""
    if not is_coordinator(user):
        return WellbeingCounty.objects.none()
    return WellbeingCounty.objects.all() if user.is_superuser else user.coordinates.all()


def coordinators_of(organisations: Iterable[int]) -> dict[int, list[User]]:
    """Return the users to notify about each organisation, by its primary key.

    These are the coordinators of its counties, as in `coordinated_organisations`, or the superusers where there are
    none. At most two queries.
    """
    ids = set(organisations)
    if not ids:
        return {}
    users = User.objects.filter(Q(is_staff=True) | Q(is_superuser=True), is_active=True, coordinates__isnull=False)
    if settings.REQUIRE_MFA:
        users = users.filter(pk__in=_mfa_authenticators().values("user"))
    # OuterRef is nested three deep: organisations of a county, the selected organisations, the array.
    counties = User.coordinates.through.objects.filter(user=OuterRef(OuterRef(OuterRef("pk"))))
    organisations_of_user = Organisation.objects.for_coordinators_of(counties.values("wellbeingcounty")).filter(
        pk__in=ids
    )
    coordinators: dict[int, list[User]] = defaultdict(list)
    coordinated_pks = ArraySubquery(organisations_of_user.values("pk"))
    for user in users.distinct().annotate(coordinated_pks=coordinated_pks).order_by("pk"):
        for pk in user.coordinated_pks:
            coordinators[pk].append(user)
    # Superusers are notified even before they have set up a second login step.
    uncoordinated = ids - coordinators.keys()
    superusers = list(User.objects.filter(is_active=True, is_superuser=True).order_by("pk")) if uncoordinated else []
    return coordinators | dict.fromkeys(uncoordinated, superusers)


def member_organisations(user: AnyUser) -> OrganisationQuerySet:
    """The organisations that the user is a member of, and the descendants of those where the user is an admin."""
    if not _is_active(user):
        return Organisation.objects.none()
    roles = dict(user.memberships.values_list("organisation", "role"))
    return Organisation.objects.at_or_below(
        at=list(roles), below=[pk for pk, role in roles.items() if role == Role.ADMIN]
    ).exclude(status=Status.ARCHIVED)


def role_in(user: AnyUser, organisation: Organisation) -> str | None:
    """The user's role in the organisation, direct or as admin of an ancestor; None for outsiders."""
    if not _is_active(user):
        return None
    ancestors = organisation.ancestor_ids()
    applicable = Q(organisation=organisation) | Q(organisation__in=ancestors, role=Role.ADMIN)
    roles = set(Membership.objects.filter(applicable, user=user).values_list("role", flat=True))
    return Role.ADMIN if Role.ADMIN in roles else Role.EDITOR if roles else None


def _mfa_authenticators() -> QuerySet[Authenticator]:
    # Recovery codes alone do not count as a second step.
    return Authenticator.objects.filter(type__in=["totp", "webauthn"])


def _is_active(user: AnyUser) -> TypeGuard[User]:
    return user.is_authenticated and user.is_active
