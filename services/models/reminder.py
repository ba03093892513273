"""Which mails went out, so that none goes out twice."""

from django.conf import settings
from django.db import models

from organisations.freshness import Stage

from .service import Service


class Reminder(models.Model):
    """One record that one person was reminded of: a service, or the organisation itself where none is named."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, models.CASCADE, null=True, related_name="+")
    # The day on which the confirmation was due: after the next one it is another day.
    due = models.DateField()
    stage = models.PositiveSmallIntegerField(choices=Stage)
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "service", "due", "stage"],
                nulls_distinct=False,
                name="reminded_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.service or self.organisation}: {self.due}"
