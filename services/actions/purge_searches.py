"""Forget counts: of searches soon those that hardly anybody else made, in the end all of them, and those of use."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from organisations.core.freshness import add_months
from services.models import SearchCount, UsageCount

# How long a search that was made fewer than three times is kept.
RARE_SEARCH_RETENTION = dt.timedelta(days=30)
# How long any count is kept: two whole years can be compared.
RETENTION_MONTHS = 26


@dataclass(frozen=True)
class PurgeTotals:
    """How many searches were removed because they were old and because they were rare, and how many counts of use."""

    old: int
    rare: int
    used: int = 0


@transaction.atomic
def purge_searches(*, today: dt.date, dry_run: bool = False) -> PurgeTotals:
    """Remove all that is more than 26 months old, and rare searches of more than 30 days ago.

    The age of a search is that of its week's Monday, of a count of use that of the first of its month. With `dry_run`
    all is left as it was.
    """
    # The old ones first: they are no longer to tell that others made the same search.
    old, _rows = SearchCount.objects.filter(week__lt=add_months(today, -RETENTION_MONTHS)).delete()
    rare, _rows = SearchCount.objects.filter(week__lt=today - RARE_SEARCH_RETENTION).infrequent().delete()
    used, _rows = UsageCount.objects.filter(month__lt=add_months(today, -RETENTION_MONTHS)).delete()
    if dry_run:
        transaction.set_rollback(True)
    return PurgeTotals(old=old, rare=rare, used=used)
