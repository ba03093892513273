"""Memberships of users in organisations."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .organisation import Organisation
from .user import User


class Role(models.TextChoices):
    EDITOR = "editor", _("editor")
    ADMIN = "admin", _("admin")


class Membership(models.Model):
    """A user's role in an organisation."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=6, choices=Role, default=Role.EDITOR)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_once_per_organisation")
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"
