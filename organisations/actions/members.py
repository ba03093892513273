"""Change the role of a member, or remove one. The last admin of an organisation is protected."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Invitation, Membership, Organisation
from organisations.models.membership import Role
from organisations.permissions import may_manage_members

from .exceptions import ActionRefused


@transaction.atomic
def change_role(*, membership: Membership, role: str) -> None:
    """Set the role of a member. Raises ActionRefused when it would demote the last admin."""
    locked_membership = _lock_membership(membership)
    if locked_membership.role == Role.ADMIN and role != Role.ADMIN:
        _require_another_admin(locked_membership)
    locked_membership.role = role
    locked_membership.save(update_fields=["role"])
    _revoke_unauthorised_invitations(locked_membership)


@transaction.atomic
def remove_member(*, membership: Membership) -> None:
    """Delete a membership. Its rights end with the next request. Raises ActionRefused for the last admin."""
    locked_membership = _lock_membership(membership)
    if locked_membership.role == Role.ADMIN:
        _require_another_admin(locked_membership)
    locked_membership.delete()
    _revoke_unauthorised_invitations(locked_membership)


def _lock_membership(membership: Membership) -> Membership:
    """Lock the organisation too, so that two admins cannot remove each other at the same time."""
    Organisation.objects.select_for_update(of=("self",)).get(pk=membership.organisation_id)
    locked_membership = Membership.objects.filter(pk=membership.pk).first()
    if locked_membership is None:
        raise ActionRefused(_("This person is no longer a member."))
    return locked_membership


def _revoke_unauthorised_invitations(membership: Membership) -> None:
    """Revoke pending invitations that the former admin may no longer send, here or below.

    Otherwise a removed admin could return, or let others in, by an earlier invitation.
    """
    sent_invitations = Invitation.objects.pending().filter(invited_by=membership.user_id).select_related("organisation")
    revoked_ids = [
        invitation.pk
        for invitation in sent_invitations
        if not may_manage_members(membership.user, invitation.organisation)
    ]
    Invitation.objects.filter(pk__in=revoked_ids).update(revoked_at=timezone.now(), email="")


def _require_another_admin(membership: Membership) -> None:
    # Admins with inactive accounts do not count.
    others = Membership.objects.filter(organisation=membership.organisation_id, role=Role.ADMIN, user__is_active=True)
    if not others.exclude(pk=membership.pk).exists():
        raise ActionRefused(_("This is the only admin. Make somebody else an admin first."))
