"""Delete old counts: rare searches after a short time, all counts of searches and use after a long time."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from organisations.core.freshness import add_months
from services.models import AnswerCount, SearchCount, UsageCount

# Retention of searches made fewer than three times.
RARE_SEARCH_RETENTION = dt.timedelta(days=30)
# Retention of all counts: long enough to compare two whole years.
RETENTION_MONTHS = 26


@dataclass(frozen=True)
class PurgeTotals:
    """Numbers of deleted old searches, rare searches, and counts of use and answers."""

    old: int
    rare: int
    used: int = 0


@transaction.atomic
def purge_searches(*, today: dt.date, dry_run: bool = False) -> PurgeTotals:
    """Delete counts older than 26 months and rare searches older than 30 days.

    Age is counted from the Monday of the week, or from the first day of the month. With `dry_run` nothing is deleted.
    """
    # Old counts first, so that they no longer count as evidence that a search is not rare.
    old, _rows = SearchCount.objects.filter(week__lt=add_months(today, -RETENTION_MONTHS)).delete()
    rare, _rows = SearchCount.objects.filter(week__lt=today - RARE_SEARCH_RETENTION).infrequent().delete()
    used, _rows = UsageCount.objects.filter(month__lt=add_months(today, -RETENTION_MONTHS)).delete()
    answers, _rows = AnswerCount.objects.filter(month__lt=add_months(today, -RETENTION_MONTHS)).delete()
    if dry_run:
        transaction.set_rollback(True)
    return PurgeTotals(old=old, rare=rare, used=used + answers)
