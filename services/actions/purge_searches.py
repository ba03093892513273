"""Forget searches: soon those that hardly anybody else made, in the end all of them."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from organisations.freshness import later
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
    old, _rows = SearchCount.objects.filter(week__lt=later(today, -MONTHS)).delete()
    rare, _rows = SearchCount.objects.filter(week__lt=today - RARE).asked_rarely().delete()
    if dry_run:
        transaction.set_rollback(True)
    return Purged(old=old, rare=rare)
