"""Requests of users to maintain an organisation."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .organisation import Organisation
from .user import User


class ClaimState(models.TextChoices):
    OPEN = "open", pgettext_lazy("claim", "open")
    APPROVED = "approved", pgettext_lazy("claim", "approved")
    DECLINED = "declined", pgettext_lazy("claim", "declined")


class ClaimQuerySet(models.QuerySet["Claim"]):
    def pending(self) -> "ClaimQuerySet":
        """Open claims for a coordinator, the oldest first."""
        return self.filter(state=ClaimState.OPEN).select_related("organisation").order_by("created_at", "pk")


class Claim(models.Model):
    """A user's request to maintain an organisation, existing or added with the claim; a coordinator decides.

    `text` is deleted when the claim is decided.
    """

    MAX_TEXT_LENGTH = 500

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="claims", verbose_name=_("organisation")
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="claims", verbose_name=_("who asks"))
    adds_organisation = models.BooleanField(_("adds a new organisation"), default=False)
    text = models.TextField(_("in the person's words"), max_length=MAX_TEXT_LENGTH, blank=True)
    state = models.CharField(pgettext_lazy("claim", "state"), max_length=8, choices=ClaimState, default=ClaimState.OPEN)
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for an organisation")
        verbose_name_plural = _("requests for organisations")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "created_at"], name="claim_waiting")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], condition=Q(state="open"), name="one_open_claim_per_person"
            ),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="claim_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True) | (~Q(state="open") & Q(text="")),
                name="decided_claim_has_no_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.user}"
