"""Invite people to an organisation; what they get is a token, of which only the hash is kept."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Invitation, Membership, Organisation, User
from organisations.models.invitation import VALID_FOR, token_hash
from organisations.models.membership import Role

from .exceptions import Refused

# Nobody writes to hundreds of strangers in our name.
MOST_WAITING = 30
MOST_A_DAY = 60
# Nor many times to the same one.
PAUSE = dt.timedelta(minutes=10)


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
        raise Refused(_("This person is a member already."), field="email")
    if organisation.invitations.waiting().filter(email__iexact=email).exists():
        raise Refused(
            _("This address has been invited already. Send the mail again in the list."),
            field="email",
        )
    if organisation.invitations.waiting().count() >= MOST_WAITING:
        raise Refused(_("Many invitations wait for an answer already. Take back those that are not needed."))
    if organisation.invitations.filter(created_at__gt=timezone.now() - dt.timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refused(_("Many invitations have been sent today already. Go on tomorrow."))
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        role=role,
        language=language,
        token_hash=token_hash(token),
        invited_by=invited_by,
        expires_at=timezone.now() + VALID_FOR,
    )
    return invitation, token


@transaction.atomic
def renew(*, invitation: Invitation) -> tuple[Invitation, str]:
    """The invitation, if it waits, with a new day and a new token; the old one is dead. Raises Refused when settled
    or just sent."""
    found = _waiting(invitation)
    if found.expires_at - VALID_FOR > timezone.now() - PAUSE:
        raise Refused(_("Wait ten minutes between two mails to the same person."))
    token = secrets.token_urlsafe(32)
    found.token_hash, found.expires_at = token_hash(token), timezone.now() + VALID_FOR
    found.save(update_fields=["token_hash", "expires_at"])
    return found, token


@transaction.atomic
def revoke(*, invitation: Invitation) -> None:
    """Take back an invitation that waits. Raises Refused when settled."""
    found = _waiting(invitation)
    found.revoked_at, found.email = timezone.now(), ""
    found.save(update_fields=["revoked_at", "email"])


@transaction.atomic
def accept(*, token: str, user: User) -> Membership:
    """Make the user a member, once. Raises Refused for a dead token, and for who is a member already: the invitation
    then waits on for the person it was meant for."""
    invitation = Invitation.objects.select_for_update(of=("self",)).acceptable().by_token(token).first()
    if invitation is None:
        raise Refused(_("This invitation has been used, taken back or is too old."))
    membership, made = Membership.objects.get_or_create(
        user=user, organisation=invitation.organisation, defaults={"role": invitation.role}
    )
    if not made and (membership.role == Role.ADMIN or invitation.role != Role.ADMIN):
        raise Refused(_("You look after this organisation already. The invitation waits for whoever it was sent to."))
    if not made:
        membership.role = Role.ADMIN
        membership.save(update_fields=["role"])
    invitation.accepted_at, invitation.email = timezone.now(), ""
    invitation.save(update_fields=["accepted_at", "email"])
    return membership


def _waiting(invitation: Invitation) -> Invitation:
    found = Invitation.objects.select_for_update(of=("self",)).waiting().filter(pk=invitation.pk).first()
    if found is None:
        raise Refused(_("This invitation has been settled already."))
    return found
