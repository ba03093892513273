"""Usage statistics. Nothing is stored about the readers."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import F, Sum

from .service import Service


@dataclass(frozen=True)
class UsageTotals:
    """How often a page was shown, opened, kept (saved or added to a referral list) and contacted."""

    shown: int = 0
    opened: int = 0
    kept: int = 0
    contacted: int = 0

    def __add__(self, other: "UsageTotals") -> "UsageTotals":
        return UsageTotals(*(getattr(self, name) + getattr(other, name) for name in USAGE_MEASURES))


USAGE_MEASURES = tuple(UsageTotals.__dataclass_fields__)


class UsageQuerySet(models.QuerySet["UsageCount"]):
    def by_month(self) -> dict[date, UsageTotals]:
        """Return usage by first day of the month."""
        return self._totals_by("month")

    def by_service(self) -> dict[int | None, UsageTotals]:
        """Return usage by id of the service; None is the page of the organisation."""
        return self._totals_by("service")

    def _totals_by(self, key: str) -> dict[Any, UsageTotals]:
        sums = {
            "total_shown": Sum("shown"),
            "total_opened": Sum("opened"),
            "total_kept": Sum(F("saved") + F("listed")),
            "total_contacted": Sum("contacted"),
        }
        rows = self.order_by().values(key).annotate(**sums)
        return {row[key]: UsageTotals(*(row[f"total_{name}"] for name in USAGE_MEASURES)) for row in rows}


class UseKind(StrEnum):
    """Counted events; the value is the column."""

    SHOWN = "shown"
    OPENED = "opened"
    SAVED = "saved"
    # Added to a referral list.
    LISTED = "listed"
    CONTACTED = "contacted"


class UsageCount(models.Model):
    """Usage of a service in a month, or of the organisation's page if no service is named."""

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
