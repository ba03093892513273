"""The report of an import, and the record of its run for coordinators."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from services.models import ImportRun
from services.models.import_run import ImportOutcome

from .problems import Problems, SourceError
from .scope import UnknownScope


class ImportRefused(Exception):
    """Nothing was written; `reasons` lists the causes, one per line."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass
class ImportReport:
    """The changes of an import, or of a dry run if they were not written."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    """By kind of record, the number of "new", "changed", "unchanged" and "gone" ones."""
    problems: Problems = field(default_factory=Problems)

    @property
    def written(self) -> int:
        """The number of new, changed and archived records."""
        return sum(counts[key] for counts in self.counts.values() for key in ("new", "changed", "gone"))

    def notices(self) -> list[dict[str, Any]]:
        """Return the notices as `ImportRun.notices` stores them."""
        return [
            {"code": notice.code, "value": notice.value, "count": notice.count, "examples": notice.examples}
            for notice in self.problems.notices
        ]


@contextmanager
def recorded_run(system: str, source: str, report: ImportReport, *, dry_run: bool) -> Iterator[None]:
    """Store the outcome of an import when the block ends; a dry run stores nothing.

    Raises ImportRefused, also for SourceError and UnknownScope.
    """
    started_at = timezone.now()
    try:
        yield
    except (SourceError, UnknownScope, ImportRefused) as error:
        refusal = error if isinstance(error, ImportRefused) else ImportRefused([str(error)])
        if not dry_run:
            _record_run(system, source, started_at, report, refusal.reasons)
        raise refusal from error
    if not dry_run:
        _record_run(system, source, started_at, report)


def _record_run(
    system: str, source: str, started_at: datetime, report: ImportReport, reasons: list[str] | None = None
) -> None:
    refusals = [{"code": "refused", "value": reason, "count": 1, "examples": []} for reason in reasons or ()]
    ImportRun.objects.create(
        system=system,
        source=source[:500],
        started_at=started_at,
        outcome=ImportOutcome.DONE if reasons is None else ImportOutcome.REFUSED,
        counts=report.counts,
        notices=[*refusals, *report.notices()],
    )
