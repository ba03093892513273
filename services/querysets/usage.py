"""Reads of how the directory was used."""

from dataclasses import dataclass

from django.db import models
from django.db.models import F, Sum


@dataclass(frozen=True)
class Used:
    """How often something was shown, opened, kept (saved, or put on a referral list) and contacted."""

    shown: int = 0
    opened: int = 0
    kept: int = 0
    contacted: int = 0

    def __add__(self, other: "Used") -> "Used":
        return Used(*(getattr(self, name) + getattr(other, name) for name in MEASURES))


MEASURES = tuple(Used.__dataclass_fields__)


class UsageQuerySet(models.QuerySet):
    def by_month(self) -> dict:
        """{first day of the month: Used}"""
        return self._by("month")

    def by_service(self) -> dict:
        """{id of the service: Used}; under None what concerns the page of the organisation."""
        return self._by("service")

    def _by(self, key: str) -> dict:
        sums = {
            "of_shown": Sum("shown"),
            "of_opened": Sum("opened"),
            "of_kept": Sum(F("saved") + F("listed")),
            "of_contacted": Sum("contacted"),
        }
        rows = self.order_by().values(key).annotate(**sums)
        return {row[key]: Used(*(row[f"of_{name}"] for name in MEASURES)) for row in rows}
