"""Readers' reports of mistakes on a page."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .service import Service

# Reports that are open for this long are passed to the coordinators.
UNANSWERED_AFTER = dt.timedelta(days=14)


class MistakeReportQuerySet(models.QuerySet["MistakeReport"]):
    def open(self) -> Self:
        return self.filter(state="open")

    def answerable_by_members(self) -> Self:
        """Open reports that members can answer, which excludes those of archived organisations."""
        return self.open().exclude(organisation__status="archived")

    def due_for_coordinators(self, now: dt.datetime) -> Self:
        """Open reports that members have not answered in time, or that only a coordinator can answer."""
        answerable = self.model.objects.answerable_by_members().filter(organisation__memberships__user__is_active=True)
        return self.open().filter(Q(created_at__lte=now - UNANSWERED_AFTER) | ~Q(pk__in=answerable.values("pk")))


class MistakeKind(models.TextChoices):
    PHONE = "phone", _("the phone number or another way to make contact")
    HOURS = "hours", _("the opening hours")
    ADDRESS = "address", _("the address or the place")
    ACCESS = "access", _("how to get in, or what it costs")
    ENDED = "ended", _("it is no longer offered")
    OTHER = "other", _("something else")


class MistakeState(models.TextChoices):
    OPEN = "open", pgettext_lazy("report", "open")
    ANSWERED = "answered", pgettext_lazy("report", "answered")
    CLOSED = "closed", pgettext_lazy("report", "closed")


class MistakeReport(models.Model):
    """A reader's report about a service, or about the organisation if no service is named.

    The only personal data is an optional e-mail address for the answer, which is deleted when the report is answered
    or closed.
    """

    MAX_TEXT_LENGTH = 1000

    organisation = models.ForeignKey(
        "organisations.Organisation", models.CASCADE, related_name="mistake_reports", verbose_name=_("organisation")
    )
    service = models.ForeignKey(
        Service, models.CASCADE, null=True, blank=True, related_name="mistake_reports", verbose_name=_("service")
    )
    kind = models.CharField(_("what is wrong"), max_length=8, choices=MistakeKind)
    text = models.TextField(_("in the reader's words"), max_length=MAX_TEXT_LENGTH, blank=True)
    email = models.EmailField(_("e-mail for an answer"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    state = models.CharField(
        pgettext_lazy("report", "state"), max_length=8, choices=MistakeState, default=MistakeState.OPEN
    )
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)

    objects = MistakeReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a mistake")
        verbose_name_plural = _("reports of mistakes")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "created_at"], name="mistake_report_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=MistakeState.OPEN) | models.Q(email=""),
                name="settled_mistake_report_has_no_email",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=MistakeState.values), name="mistake_report_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service or self.organisation}: {self.get_kind_display()}"
