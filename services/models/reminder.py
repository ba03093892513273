"""Records of sent notices, so that none is sent twice."""

from django.conf import settings
from django.db import models

from organisations.core.freshness import ReminderStage
from organisations.models.base import Status

from .mistake_report import MistakeReport
from .service import Service


class ReminderQuerySet(models.QuerySet):
    def archived_since(self, moment):
        """Notes of services that nobody confirmed and that were put away since then, and are not back."""
        found = self.filter(
            user=None, stage=ReminderStage.ARCHIVED, sent_at__gt=moment, service__status=Status.ARCHIVED
        )
        return found.select_related("service__organisation").order_by("service")


class Reminder(models.Model):
    """One thing that one person was told of: a reader's report, a service, or else the organisation itself.

    Without a user it notes that nobody confirmed a service and it was put away, of which coordinators are to be told.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, models.CASCADE, null=True, related_name="+")
    report = models.ForeignKey(MistakeReport, models.CASCADE, null=True, related_name="+")
    # The day on which the confirmation was due: after the next one it is another day. None for a report.
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
