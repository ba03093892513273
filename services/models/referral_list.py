"""Referral lists: services picked for one family, which opens them by a secret link.

A list holds nothing about the family. It is deleted for good when it ends.
"""

import datetime as dt
import hashlib

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisations.core.fields import ChoicesField
from services.models.choices import AccessRoute

from .referral_answer import Obstacle, Outcome
from .service import Service


class ListTitle(models.TextChoices):
    """Headings of the family's page; none says what the family needs."""

    SERVICES = "services", _("Services for you")
    NEXT_STEPS = "next-steps", _("Your next steps")
    PHONE_NUMBERS = "phone-numbers", _("Numbers you can call")
    AGREED = "agreed", _("What we agreed on")


class NextStep(models.TextChoices):
    """What the family does next to reach a service."""

    CALL = "call", pgettext_lazy("next step", "Call.")
    VISIT = "visit", pgettext_lazy("next step", "Go there.")
    WRITE = "write", pgettext_lazy("next step", "Write to them or fill in their form.")
    WAIT = "wait", pgettext_lazy("next step", "Wait: they will call you.")


class ReadyPhrase(models.TextChoices):
    """Advice that needs no words of one's own, and can be read in every language of the family's page."""

    WORKER_CALLS = "worker-calls", _("A worker will call them for you.")
    SAY_WHO_REFERRED = "say-who-referred", _("Say who told you about this service.")
    KELA_CARD = "kela-card", _("Take your Kela card with you.")
    INTERPRETER = "interpreter", _("You can ask for an interpreter. It costs you nothing.")
    BRING_CHILD = "bring-child", _("You can take your child with you.")
    NO_APPOINTMENT = "no-appointment", _("You need no appointment.")


class ReferralListQuerySet(models.QuerySet):
    def current(self, now: dt.datetime) -> "ReferralListQuerySet":
        return self.filter(ends_at__gt=now)

    def ended(self, now: dt.datetime) -> "ReferralListQuerySet":
        return self.filter(ends_at__lte=now)

    def with_token(self, token: str) -> "ReferralListQuerySet":
        return self.filter(token_hash=hash_token(token))


def hash_token(token: str) -> str:
    """A token has the entropy of a key, so it needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


class ReferralList(models.Model):
    """Services in the order in which a family is to try them. Of the secret link only the hash is stored."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    title = models.CharField(_("heading"), max_length=20, choices=ListTitle, default=ListTitle.SERVICES)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="referral_lists", verbose_name=_("made by")
    )
    ends_at = models.DateTimeField(_("deleted on"), db_index=True)

    objects = ReferralListQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral list")
        verbose_name_plural = _("referral lists")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def services(self) -> list[Service]:
        """The services of its items that still exist, in their order."""
        return [item.service for item in self.items.all() if item.service]


class ReferralItem(models.Model):
    """A service on a list, with advice for the family. A deleted service leaves a row without one."""

    MAX_NOTE_LENGTH = 200

    referral_list = models.ForeignKey(ReferralList, models.CASCADE, related_name="items", verbose_name=_("list"))
    service = models.ForeignKey(
        Service, models.SET_NULL, null=True, related_name="referral_items", verbose_name=_("service")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    next_step = models.CharField(_("next step"), max_length=8, choices=NextStep)
    phrases = ChoicesField(
        models.CharField(max_length=20, choices=ReadyPhrase), default=list, blank=True, verbose_name=_("advice")
    )
    note = models.CharField(_("in your own words"), max_length=MAX_NOTE_LENGTH, blank=True)
    # Where an answer is counted: see `services.actions.referral_lists.hand_over`.
    municipality = models.ForeignKey("organisations.Municipality", models.SET_NULL, null=True, related_name="+")
    # The family's last answer, so that it can be changed. It goes with the list; AnswerCount stays.
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    obstacle = models.CharField(max_length=12, choices=Obstacle, blank=True)

    class Meta:
        verbose_name = _("service on a list")
        verbose_name_plural = _("services on lists")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["referral_list", "position"], name="referral_item_positions_differ")
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.service}"

    @property
    def phrase_labels(self) -> list[str]:
        return [str(ReadyPhrase(phrase).label) for phrase in self.phrases]


# The easiest way into a service comes first, as in AccessRoute.
_STEP_BY_ROUTE = {
    AccessRoute.OPEN_DOOR: NextStep.VISIT,
    AccessRoute.SELF: NextStep.CALL,
    AccessRoute.PROFESSIONAL: NextStep.WAIT,
    AccessRoute.APPLY: NextStep.WRITE,
    AccessRoute.REFERRAL: NextStep.WAIT,
}


def usual_next_step(service: Service) -> NextStep:
    """The step that the easiest way into the service asks of a family."""
    return next((step for route, step in _STEP_BY_ROUTE.items() if route in service.access_routes), NextStep.CALL)
