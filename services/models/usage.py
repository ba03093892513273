"""Counts of use of the directory; who read or called is never stored."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.db.models import F, Sum

from .service import Service


@dataclass(frozen=True)
class UsageTotals:
    """How often something was shown, opened, kept (saved, or put on a referral list) and contacted."""

    shown: int = 0
    opened: int = 0
    kept: int = 0
    contacted: int = 0

    def __add__(self, other: "UsageTotals") -> "UsageTotals":
        return UsageTotals(*(getattr(self, name) + getattr(other, name) for name in USAGE_MEASURES))


USAGE_MEASURES = tuple(UsageTotals.__dataclass_fields__)


class UsageQuerySet(models.QuerySet):
    def by_month(self) -> dict:
        """{first day of the month: Used}"""
        return self._totals_by("month")

    def by_service(self) -> dict:
        """{service id: Used}; the key None is the page of the organisation."""
        return self._totals_by("service")

    def _totals_by(self, key: str) -> dict:
        sums = {
            "of_shown": Sum("shown"),
            "of_opened": Sum("opened"),
            "of_kept": Sum(F("saved") + F("listed")),
            "of_contacted": Sum("contacted"),
        }
        rows = self.order_by().values(key).annotate(**sums)
        return {row[key]: UsageTotals(*(row[f"of_{name}"] for name in USAGE_MEASURES)) for row in rows}


class UseKind(StrEnum):
    """The kinds of use; the values are names of columns."""

    SHOWN = "shown"
    OPENED = "opened"
    SAVED = "saved"
    # By referral lists.
    LISTED = "listed"
    CONTACTED = "contacted"


class UsageCount(models.Model):
    """Use of a service in a month, or of the page of the organisation if `service` is null."""

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
