"""Forget searches: soon those that hardly anybody else made, in the end all of them."""

import calendar
import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from services.models import SearchCount

# How long a search that was made fewer than three times is kept.
RARE = dt.timedelta(days=30)
# How long any search is kept: two whole years can be compared.
MONTHS = 26


@dataclass(frozen=True)
class Purged:
    """How many rows were removed because they were old, and because they were rare."""

    old: int
    rare: int


@transaction.atomic
def purge_searches(*, today: dt.date, dry_run: bool = False) -> Purged:
    """Remove searches of more than 26 months ago, and rare ones of more than 30 days ago.

    The age of a search is that of its week's Monday. With `dry_run` all is left as it was.
    """
    # The old ones first: they are no longer to tell that others made the same search.
    old, _rows = SearchCount.objects.filter(week__lt=_months_before(today, MONTHS)).delete()
    rare, _rows = SearchCount.objects.filter(week__lt=today - RARE).asked_rarely().delete()
    if dry_run:
        transaction.set_rollback(True)
    return Purged(old=old, rare=rare)


def _months_before(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
