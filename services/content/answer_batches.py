"""Which answers of families may be shown: never so few, and never so that two pages differ by one answer.

Three rules, each needed:

1. Only months that have ended. Their counts never change (see `AnswerCount`), so a page tells nothing about an answer
   given between two looks at it.
2. Answers are released in batches: those about one service in one municipality, of as many months in a row as it takes
   to have five. Every number of every page adds up whole batches, whatever it is grouped by and whoever changes
   categories meanwhile. So any difference of two sums holds five answers or none. Batches start anew in January: a page
   shows this year and the last, and what leaves it leaves as whole batches, too.
3. A number below five is not shown, and the others are rounded to the nearest multiple of five, so that a hidden one
   does not follow from its total. Rates are made of the rounded numbers.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeVar

from services.models.referral_answer import AnswerCountQuerySet, Obstacle, Outcome

SMALLEST_NUMBER = 5
# Below this, rounding moves a rate too far to mean anything.
SMALLEST_TOTAL_OF_RATE = 20

Key = TypeVar("Key", bound=Hashable)
# Answers by outcome and obstacle.
Tally = Counter[tuple[str, str]]


@dataclass(frozen=True)
class AnswerBatch:
    """At least five answers about a service in a municipality, None if that is not known."""

    service: int
    municipality: str | None
    tally: Tally


@dataclass
class AnswerTotals:
    """The sum of whole batches, as it may be shown: None stands for "below five"."""

    tally: Tally = field(default_factory=Counter)

    @property
    def answers(self) -> int | None:
        return _shown(sum(self.tally.values()))

    @property
    def reached(self) -> int | None:
        return self._of_outcome(Outcome.REACHED)

    @property
    def tried(self) -> int | None:
        return self._of_outcome(Outcome.TRIED)

    @property
    def not_for_us(self) -> int | None:
        return self._of_outcome(Outcome.NOT_FOR_US)

    @property
    def rate(self) -> int | None:
        """How many of a hundred families got in."""
        total, reached = self.answers, self.reached
        if total is None or reached is None or total < SMALLEST_TOTAL_OF_RATE:
            return None
        return round(100 * reached / total)

    @property
    def obstacles(self) -> list[tuple[str, int | None]]:
        """The obstacles with their numbers, in their own order, which tells nothing."""
        return [
            (str(obstacle.label), _shown(sum(n for (_outcome, why), n in self.tally.items() if why == obstacle)))
            for obstacle in Obstacle
        ]

    def _of_outcome(self, outcome: Outcome) -> int | None:
        return _shown(sum(number for (kind, _obstacle), number in self.tally.items() if kind == outcome))


def first_month_shown(today: dt.date) -> dt.date:
    return dt.date(today.year - 1, 1, 1)


def released_batches(counts: AnswerCountQuerySet, *, today: dt.date) -> list[AnswerBatch]:
    """The batches of this year and the last that are complete. One query."""
    rows = (
        counts.in_closed_months(today)
        .filter(month__gte=first_month_shown(today))
        .order_by("service", "municipality", "month")
        .values_list("service", "municipality", "month", "outcome", "obstacle", "answers")
    )
    batches = []
    for (service, municipality, _year), of_year in groupby(rows, lambda row: (row[0], row[1], row[2].year)):
        pending: Tally = Counter()
        for _month, of_month in groupby(of_year, lambda row: row[2]):
            for _service, _municipality, _day, outcome, obstacle, number in of_month:
                pending[outcome, obstacle] += number
            # A changed answer adds nothing to the sum, and waits for five new ones like these.
            if sum(pending.values()) >= SMALLEST_NUMBER:
                batches.append(AnswerBatch(service, municipality, pending))
                pending = Counter()
    return batches


def totals_by(batches: Iterable[AnswerBatch], keys: Callable[[AnswerBatch], Iterable[Key]]) -> dict[Key, AnswerTotals]:
    """Add batches up under each of their keys."""
    totals: dict[Key, AnswerTotals] = {}
    for batch in batches:
        for key in keys(batch):
            # Counter.update keeps what is negative, unlike `+`.
            totals.setdefault(key, AnswerTotals()).tally.update(batch.tally)
    return totals


def _shown(number: int) -> int | None:
    if number < SMALLEST_NUMBER:
        return None
    return (number + SMALLEST_NUMBER // 2) // SMALLEST_NUMBER * SMALLEST_NUMBER
