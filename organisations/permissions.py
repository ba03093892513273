"""The one place that says who may do what: one function for each question.

Roles: visitor; editor or admin of an organisation (an admin also cares for the organisations below it); coordinator
for one or more counties; superuser. Every function takes a user who may be anonymous or switched off, and asks the
database each time, so that a right ends the moment it is taken away.
"""

from collections import defaultdict
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from organisations.models import Membership, Organisation, User
from organisations.models.base import Status
from organisations.models.membership import Role


def may_use_admin(user) -> bool:
    """Coordinators and superusers."""
    return _is_active(user) and (user.is_staff or user.is_superuser)


def requires_mfa(user) -> bool:
    """Whether the person may do so much that a password is not enough."""
    return settings.REQUIRE_MFA and may_use_admin(user)


def lacks_required_mfa(user) -> bool:
    """Whether the person's rights over many organisations wait for a second step of login to be set up."""
    return requires_mfa(user) and not _mfa_authenticators().filter(user=user).exists()


def is_insider(user, organisation: Organisation) -> bool:
    """Whether the person may know how the organisation's information is kept: all others see a 404."""
    return may_edit(user, organisation)


def may_edit(user, organisation: Organisation) -> bool:
    """Change what the organisation says of itself and of its services."""
    return role_in(user, organisation) is not None or may_coordinate(user, organisation)


def may_manage_members(user, organisation: Organisation) -> bool:
    """Invite people, change their roles and let them go."""
    return role_in(user, organisation) == Role.ADMIN or may_coordinate(user, organisation)


def may_leave(user, organisation: Organisation) -> bool:
    """Only one's own membership can be left; whether another admin remains is the action's affair."""
    return _is_active(user) and organisation.memberships.filter(user=user).exists()


def may_claim(user, organisation: Organisation) -> bool:
    """Ask for an organisation that one does not look after yet."""
    return _is_active(user) and role_in(user, organisation) is None


def may_add_organisation(user) -> bool:
    """Everybody who has signed in; a coordinator looks at it before anything is shown."""
    return _is_active(user)


def may_decide_claims(user, organisation: Organisation) -> bool:
    """Let somebody look after the organisation."""
    return may_coordinate(user, organisation)


def may_coordinate(user, organisation: Organisation) -> bool:
    """Superusers; coordinators of a county where the organisation works. Who works nowhere yet, or everywhere, is
    every coordinator's."""
    if not _is_active(user) or lacks_required_mfa(user):
        return False
    return user.is_superuser or coordinated_organisations(user).filter(pk=organisation.pk).exists()


def coordinated_organisations(user):
    """The organisations that the person coordinates."""
    if not may_use_admin(user) or lacks_required_mfa(user):
        return Organisation.objects.none()
    if user.is_superuser:
        return Organisation.objects.all()
    counties = list(user.coordinates.values_list("pk", flat=True))
    return Organisation.objects.for_coordinators_of(counties) if counties else Organisation.objects.none()


def coordinators_of(organisations: Iterable[int]) -> dict[int, list[User]]:
    """Who is told of each of these organisations, by its number: the people whose counties make it theirs, as in
    `coordinated_organisations`; where there is nobody, the superusers. At most two queries."""
    ids = set(organisations)
    if not ids:
        return {}
    at_desk = User.objects.filter(Q(is_staff=True) | Q(is_superuser=True), is_active=True, coordinates__isnull=False)
    if settings.REQUIRE_MFA:
        at_desk = at_desk.filter(pk__in=_mfa_authenticators().values("user"))
    # Three queries lie between the counties and the user: the organisations of a county, those chosen, the array.
    counties = User.coordinates.through.objects.filter(user=OuterRef(OuterRef(OuterRef("pk"))))
    theirs = Organisation.objects.for_coordinators_of(counties.values("wellbeingcounty")).filter(pk__in=ids)
    found: dict[int, list[User]] = defaultdict(list)
    for user in at_desk.distinct().annotate(theirs=ArraySubquery(theirs.values("pk"))).order_by("pk"):
        for pk in user.theirs:
            found[pk].append(user)
    # Whoever has the last word is told in any case, also while a second step of login is not set up.
    nobody = ids - found.keys()
    last = list(User.objects.filter(is_active=True, is_superuser=True).order_by("pk")) if nobody else []
    return found | dict.fromkeys(nobody, last)


def member_organisations(user):
    """The organisations that the person is a member of, and those below where she or he is an admin."""
    if not _is_active(user):
        return Organisation.objects.none()
    roles = dict(user.memberships.values_list("organisation", "role"))
    return Organisation.objects.at_or_below(
        at=list(roles), below=[pk for pk, role in roles.items() if role == Role.ADMIN]
    ).exclude(status=Status.ARCHIVED)


def role_in(user, organisation: Organisation) -> str | None:
    """The person's role in the organisation, its own or as admin of one above it; None for outsiders."""
    if not _is_active(user):
        return None
    above = organisation.ancestor_ids()
    own = Q(organisation=organisation) | Q(organisation__in=above, role=Role.ADMIN)
    roles = set(Membership.objects.filter(own, user=user).values_list("role", flat=True))
    return Role.ADMIN if Role.ADMIN in roles else Role.EDITOR if roles else None


def _mfa_authenticators():
    # Recovery codes alone are none.
    return Authenticator.objects.filter(type__in=["totp", "webauthn"])


def _is_active(user) -> bool:
    return user.is_authenticated and user.is_active
