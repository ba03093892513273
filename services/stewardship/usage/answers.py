"""What families answered, added up for the pages of organisations and coordinators."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils import timezone

from organisations.models import Municipality
from organisations.models.organisation import OrganisationQuerySet
from services.content.answer_batches import AnswerBatch, AnswerTotals, first_month_shown, released_batches, totals_by
from services.models import AnswerCount, Category, Scheme, Service


@dataclass(frozen=True)
class AnswerTable:
    """What a heading says of each row and its answers: only of those that have enough."""

    rows: Sequence[tuple[Service | Category | Municipality | None, AnswerTotals]]
    total: AnswerTotals
    since: dt.date


def answers_of(services: Iterable[Service]) -> AnswerTable:
    """Answers about each of the services, in their order. One statement."""
    by_pk = {service.pk: service for service in services}
    today = timezone.localdate()
    batches = released_batches(AnswerCount.objects.filter(service__in=by_pk), today=today)
    by_service = totals_by(batches, lambda batch: [batch.service])
    rows = [(service, by_service[pk]) for pk, service in by_pk.items() if pk in by_service]
    return AnswerTable(rows, _total(batches), first_month_shown(today))


def answers_about(organisations: OrganisationQuerySet) -> tuple[AnswerTable, AnswerTable]:
    """Answers about the services of organisations by theme and by municipality, those where fewest got in first.

    A constant number of statements.
    """
    today = timezone.localdate()
    counts = AnswerCount.objects.filter(service__organisation__in=organisations.values("pk"))
    batches = released_batches(counts, today=today)
    themes = _themes_of({batch.service for batch in batches})
    by_theme = totals_by(batches, lambda batch: themes[batch.service])
    by_place = totals_by(batches, lambda batch: [batch.municipality])
    categories = Category.objects.in_bulk(list(by_theme))
    places = Municipality.objects.in_bulk([code for code in by_place if code])
    total, since = _total(batches), first_month_shown(today)
    return (
        AnswerTable(_worst_first([(categories[pk], sums) for pk, sums in by_theme.items()]), total, since),
        AnswerTable(_worst_first([(places.get(code or ""), sums) for code, sums in by_place.items()]), total, since),
    )


def _total(batches: Iterable[AnswerBatch]) -> AnswerTotals:
    return totals_by(batches, lambda _batch: [None]).get(None, AnswerTotals())


def _themes_of(services: set[int]) -> dict[int, set[int]]:
    """The themes at the top of the tree to which the categories of each service belong."""
    tree = Category.tree()
    links = Category.services.through.objects.filter(service__in=services, category__scheme=Scheme.THEME)
    themes: dict[int, set[int]] = defaultdict(set)
    for service, category in links.values_list("service", "category"):
        themes[service].add(tree.lineage(category)[-1])
    return themes


Row = TypeVar("Row", bound=tuple[Any, AnswerTotals])


def _worst_first(rows: list[Row]) -> list[Row]:
    """The lowest rates first; then those without a rate, with most answers first. Only shown numbers decide."""
    return sorted(rows, key=lambda row: (101 if row[1].rate is None else row[1].rate, -(row[1].answers or 0)))
