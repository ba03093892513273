"""Change what a member may do, or let a member go. An organisation that has an admin keeps one."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Invitation, Membership, Organisation
from organisations.models.membership import Role
from organisations.permissions import may_manage_members

from .exceptions import ActionRefused


@transaction.atomic
def change_role(*, membership: Membership, role: str) -> None:
    """Make a member an editor or an admin. Raises Refused for the last admin."""
    found = _lock_membership(membership)
    if found.role == Role.ADMIN and role != Role.ADMIN:
        _require_another_admin(found)
    found.role = role
    found.save(update_fields=["role"])
    _revoke_unauthorised_invitations(found)


@transaction.atomic
def remove_member(*, membership: Membership) -> None:
    """End a membership; every right of it ends with the next request. Raises Refused for the last admin."""
    found = _lock_membership(membership)
    if found.role == Role.ADMIN:
        _require_another_admin(found)
    found.delete()
    _revoke_unauthorised_invitations(found)


def _lock_membership(membership: Membership) -> Membership:
    """The organisation is locked too, so that two admins cannot let each other go at the same time."""
    Organisation.objects.select_for_update(of=("self",)).get(pk=membership.organisation_id)
    found = Membership.objects.filter(pk=membership.pk).first()
    if found is None:
        raise ActionRefused(_("This person is no longer a member."))
    return found


def _revoke_unauthorised_invitations(membership: Membership) -> None:
    """Whoever may no longer let people in, here or below, must not come back, or bring somebody, by a letter sent
    before."""
    mine = Invitation.objects.pending().filter(invited_by=membership.user_id).select_related("organisation")
    ended = [one.pk for one in mine if not may_manage_members(membership.user, one.organisation)]
    Invitation.objects.filter(pk__in=ended).update(revoked_at=timezone.now(), email="")


def _require_another_admin(membership: Membership) -> None:
    # Whose account is switched off looks after nothing.
    others = Membership.objects.filter(organisation=membership.organisation_id, role=Role.ADMIN, user__is_active=True)
    if not others.exclude(pk=membership.pk).exists():
        raise ActionRefused(_("This is the only admin. Make somebody else an admin first."))
