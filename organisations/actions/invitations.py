"""Invite people to an organisation; what they get is a token, of which only the hash is kept."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Invitation, Membership, Organisation, User
from organisations.models.invitation import INVITATION_LIFETIME, hash_token
from organisations.models.membership import Role

from .exceptions import ActionRefused

# Nobody writes to hundreds of strangers in our name.
MAX_PENDING_INVITATIONS = 30
MAX_INVITATIONS_PER_DAY = 60
# Nor many times to the same one.
RESEND_INTERVAL = dt.timedelta(minutes=10)


@transaction.atomic
def invite(
    *, organisation: Organisation, email: str, role: str, language: str, invited_by: User
) -> tuple[Invitation, str]:
    """An invitation and its token, which is nowhere else.

    Raises Refused for a member, for somebody who has been invited and has not answered, and where too many wait or
    were sent within a day.
    """
    # Two invitations of one address at the same time wait for each other here.
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
    """The invitation, if it waits, with a new day and a new token; the old one is dead. Raises Refused when settled
    or just sent."""
    found = _lock_pending_invitation(invitation)
    if found.expires_at - INVITATION_LIFETIME > timezone.now() - RESEND_INTERVAL:
        raise ActionRefused(_("Wait ten minutes between two mails to the same person."))
    token = secrets.token_urlsafe(32)
    found.token_hash, found.expires_at = hash_token(token), timezone.now() + INVITATION_LIFETIME
    found.save(update_fields=["token_hash", "expires_at"])
    return found, token


@transaction.atomic
def revoke_invitation(*, invitation: Invitation) -> None:
    """Take back an invitation that waits. Raises Refused when settled."""
    found = _lock_pending_invitation(invitation)
    found.revoked_at, found.email = timezone.now(), ""
    found.save(update_fields=["revoked_at", "email"])


@transaction.atomic
def accept_invitation(*, token: str, user: User) -> Membership:
    """Make the user a member, once. Raises Refused for a dead token, and for who is a member already: the invitation
    then waits on for the person it was meant for."""
    invitation = Invitation.objects.select_for_update(of=("self",)).acceptable().by_token(token).first()
    if invitation is None:
        raise ActionRefused(_("This invitation has been used, taken back or is too old."))
    membership, made = Membership.objects.get_or_create(
        user=user, organisation=invitation.organisation, defaults={"role": invitation.role}
    )
    if not made and (membership.role == Role.ADMIN or invitation.role != Role.ADMIN):
        raise ActionRefused(
            _("You look after this organisation already. The invitation waits for whoever it was sent to.")
        )
    if not made:
        membership.role = Role.ADMIN
        membership.save(update_fields=["role"])
    invitation.accepted_at, invitation.email = timezone.now(), ""
    invitation.save(update_fields=["accepted_at", "email"])
    return membership


def _lock_pending_invitation(invitation: Invitation) -> Invitation:
    found = Invitation.objects.select_for_update(of=("self",)).pending().filter(pk=invitation.pk).first()
    if found is None:
        raise ActionRefused(_("This invitation has been settled already."))
    return found
