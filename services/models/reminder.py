"""Log of reminder mails, so that none is sent twice."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models

from organisations.core.freshness import ReminderStage
from organisations.models.base import Status

from .mistake_report import MistakeReport
from .service import Service


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def archived_since(self, moment: datetime) -> Self:
        """Entries of services that were archived after a moment because nobody confirmed them, and still are."""
        reminders = self.filter(
            user=None, stage=ReminderStage.ARCHIVED, sent_at__gt=moment, service__status=Status.ARCHIVED
        )
        return reminders.select_related("service__organisation").order_by("service")


class Reminder(models.Model):
    """A mail to a user about a reader's report, a service or, without either, the organisation.

    Without a user, the entry records that a service was archived because nobody confirmed it; coordinators get a mail
    about it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, models.CASCADE, null=True, related_name="+")
    report = models.ForeignKey(MistakeReport, models.CASCADE, null=True, related_name="+")
    # The day on which the confirmation was due; the next confirmation changes it. None for a report.
    due = models.DateField(null=True)
    stage = models.PositiveSmallIntegerField(choices=ReminderStage)
    sent_at = models.DateTimeField(auto_now_add=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "service", "report", "due", "stage"],
                nulls_distinct=False,
                name="reminded_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report or self.service or self.organisation}: {self.get_stage_display()}"
