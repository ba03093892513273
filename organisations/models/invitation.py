"""Invitations by e-mail to maintain an organisation's information."""

import datetime as dt
import hashlib

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .base import Status
from .membership import Role
from .organisation import Organisation
from .user import User

INVITATION_LIFETIME = dt.timedelta(days=14)


def hash_token(token: str) -> str:
    """Hash a token for storage, so that read access to the database does not allow accepting invitations."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> "InvitationQuerySet":
        """Neither accepted nor revoked; includes expired ones."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)

    def acceptable(self) -> "InvitationQuerySet":
        """Pending, not expired, of an organisation that is not archived and not sent by a deactivated user."""
        invitations = self.pending().filter(expires_at__gt=timezone.now())
        return invitations.exclude(invited_by__is_active=False).exclude(organisation__status=Status.ARCHIVED)

    def by_token(self, token: str) -> "InvitationQuerySet":
        return self.filter(token_hash=hash_token(token))


class Invitation(models.Model):
    """The holder of the mailed token may join the organisation once; only the hash of the token is stored.

    The address is erased when the invitation is accepted or revoked.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="invitations", verbose_name=_("organisation")
    )
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=6, choices=Role, default=Role.EDITOR)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="fi")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by"), editable=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="one_waiting_invitation_per_address",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True, email__gt="")
                | (~models.Q(accepted_at__isnull=True, revoked_at__isnull=True) & models.Q(email="")),
                name="settled_invitation_has_no_email",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="invitation_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_role_display()}"

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()
