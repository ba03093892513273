"""What the directory is good for, in numbers only: nothing is stored of who read or called."""

from enum import StrEnum

from django.db import models

from services.querysets import UsageQuerySet

from .service import Service


class Use(StrEnum):
    """What is counted; the value is the column."""

    SHOWN = "shown"
    OPENED = "opened"
    SAVED = "saved"
    # By referral lists.
    LISTED = "listed"
    CONTACTED = "contacted"


class UsageCount(models.Model):
    """How a service was used in a month, or the page of the organisation itself where none is named."""

    month = models.DateField(help_text="Its first day.")
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="usage")
    service = models.ForeignKey(Service, models.CASCADE, null=True, related_name="usage")
    shown = models.PositiveIntegerField(db_default=0)
    opened = models.PositiveIntegerField(db_default=0)
    saved = models.PositiveIntegerField(db_default=0)
    listed = models.PositiveIntegerField(db_default=0)
    contacted = models.PositiveIntegerField(db_default=0)

    objects = UsageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "service", "month"], nulls_distinct=False, name="used_counted_once_a_month"
            ),
            models.CheckConstraint(condition=models.Q(month__day=1), name="usage_month_starts_on_the_first"),
        ]

    def __str__(self) -> str:
        return f"{self.service or self.organisation}: {self.month:%Y-%m}"
