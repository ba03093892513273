"""Invite people to an organisation by a mailed token; only its hash is stored."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Invitation, Membership, Organisation, User
from organisations.models.invitation import INVITATION_LIFETIME, hash_token
from organisations.models.membership import Role

from .exceptions import ActionRefused

# Limits per organisation against using invitations as bulk mail.
MAX_PENDING_INVITATIONS = 30
MAX_INVITATIONS_PER_DAY = 60
RESEND_INTERVAL = dt.timedelta(minutes=10)


@transaction.atomic
def invite(
    *, organisation: Organisation, email: str, role: str, language: str, invited_by: User
) -> tuple[Invitation, str]:
    """Create an invitation; returns it and its token, which is not stored.

    Raises ActionRefused for a member, for an address with a pending invitation, and when too many are pending or were
    sent within a day.
    """
    # Serialise concurrent invitations by locking the organisation.
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    email = email.lower()
    if organisation.memberships.filter(user__email__iexact=email).exists():
        raise ActionRefused(_("This person is a member already."), field="email")
    if organisation.invitations.pending().filter(email__iexact=email).exists():
        raise ActionRefused(
            _("This address has been invited already. Send the mail again in the list."),
            field="email",
        )
    if organisation.invitations.pending().count() >= MAX_PENDING_INVITATIONS:
        raise ActionRefused(_("Many invitations wait for an answer already. Take back those that are not needed."))
    if (
        organisation.invitations.filter(created_at__gt=timezone.now() - dt.timedelta(days=1)).count()
        >= MAX_INVITATIONS_PER_DAY
    ):
        raise ActionRefused(_("Many invitations have been sent today already. Go on tomorrow."))
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        role=role,
        language=language,
        token_hash=hash_token(token),
        invited_by=invited_by,
        expires_at=timezone.now() + INVITATION_LIFETIME,
    )
    return invitation, token


@transaction.atomic
def renew_invitation(*, invitation: Invitation) -> tuple[Invitation, str]:
    """Extend a pending invitation; returns it and its new token, which replaces the old one.

    Raises ActionRefused if it is settled or was sent less than RESEND_INTERVAL ago.
    """
    locked_invitation = _lock_pending_invitation(invitation)
    if locked_invitation.expires_at - INVITATION_LIFETIME > timezone.now() - RESEND_INTERVAL:
        raise ActionRefused(_("Wait ten minutes between two mails to the same person."))
    token = secrets.token_urlsafe(32)
    locked_invitation.token_hash, locked_invitation.expires_at = hash_token(token), timezone.now() + INVITATION_LIFETIME
    locked_invitation.save(update_fields=["token_hash", "expires_at"])
    return locked_invitation, token


@transaction.atomic
def revoke_invitation(*, invitation: Invitation) -> None:
    """Revoke a pending invitation and erase its address. Raises ActionRefused if it is settled."""
    locked_invitation = _lock_pending_invitation(invitation)
    locked_invitation.revoked_at, locked_invitation.email = timezone.now(), ""
    locked_invitation.save(update_fields=["revoked_at", "email"])


@transaction.atomic
def accept_invitation(*, token: str, user: User) -> Membership:
    """Make the user a member and erase the address; a token works once.

    Raises ActionRefused for an invalid token, and for an existing member who gains nothing: the invitation then stays
    pending for the person it was meant for.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).acceptable().by_token(token).first()
    if invitation is None:
        raise ActionRefused(_("This invitation has been used, taken back or is too old."))
    membership, is_created = Membership.objects.get_or_create(
        user=user, organisation=invitation.organisation, defaults={"role": invitation.role}
    )
    if not is_created and (membership.role == Role.ADMIN or invitation.role != Role.ADMIN):
        raise ActionRefused(
            _("You look after this organisation already. The invitation stays open for the person it was sent to.")
        )
    if not is_created:
        membership.role = Role.ADMIN
        membership.save(update_fields=["role"])
    invitation.accepted_at, invitation.email = timezone.now(), ""
    invitation.save(update_fields=["accepted_at", "email"])
    return membership


def _lock_pending_invitation(invitation: Invitation) -> Invitation:
    locked_invitation = Invitation.objects.select_for_update(of=("self",)).pending().filter(pk=invitation.pk).first()
    if locked_invitation is None:
        raise ActionRefused(_("This invitation has been settled already."))
    return locked_invitation
