"""Compare the rows that search reads with what the records say now; writes nothing.

The rows are computed by the code that writes them. Fits and counts are made of other rows and compared with those as
they are stored: where these differ, that is told by itself.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isclose
from typing import Any

from django.db import connection, transaction

from services.models import (
    Category,
    CategoryTerm,
    Listing,
    SearchPhrase,
    SearchPhraseTerm,
    SearchPosting,
    SearchTerm,
    Service,
)
from services.search.terms import fold

from .index import BATCH, Areas, Taxonomy, rows_of
from .index_taxonomy import Rarity, gather, weigh_typical
from .index_terms import LEAST_FIT, fits

TOLERANCE = 1e-6

# By record: {what: value}.
Rows = dict[Any, dict[str, Any]]


@dataclass(frozen=True)
class Difference:
    """Rows of one kind that are not as a record wants them: {what: (stored, right)}, None where there is none."""

    kind: str
    record: str
    values: dict[str, tuple[Any, Any]]


def differences(*, progress=None) -> Iterator[Difference]:
    """Everything that is not in step with the records, all as it is at one moment.

    `progress` is called with the number of services done.
    """
    with _one_moment():
        yield from _of_categories()
        yield from _of_terms()
        ids = list(Service.objects.order_by("pk").values_list("pk", flat=True))
        taxonomy, areas = Taxonomy(), Areas()
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            yield from _of_services(batch, taxonomy, areas)
            if progress:
                progress(len(batch))


@contextmanager
def _one_moment():
    """What others write meanwhile is not seen. Within somebody else's transaction it is as it is."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _compare(kind: str, name: str, stored: Rows, wanted: Rows) -> Iterator[Difference]:
    for record in sorted(stored.keys() | wanted.keys()):
        here, there = stored.get(record, {}), wanted.get(record, {})
        values = {
            what: (here.get(what), there.get(what))
            for what in sorted(here.keys() | there.keys())
            if not _same(here.get(what), there.get(what))
        }
        if values:
            yield Difference(kind, f"{name} {record}".strip(), values)


def _same(one, other) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=0, abs_tol=TOLERANCE)
    return one == other


# Services


def _of_services(ids: list[int], taxonomy: Taxonomy, areas: Areas) -> Iterator[Difference]:
    published = Service.objects.published().filter(pk__in=ids).values_list("pk", flat=True)
    right = rows_of(published, taxonomy, areas)
    stored = {listing.pk: _facts(listing) for listing in Listing.objects.filter(pk__in=ids)}
    yield from _compare("listing", "service", stored, {listing.pk: _facts(listing) for listing in right.listings})
    postings: Rows = defaultdict(dict)
    rows = SearchPosting.objects.filter(service__in=ids).values_list("service_id", "term__text", "weight", "named")
    for service, term, *evidence in rows.iterator():
        postings[service][term] = tuple(evidence)
    yield from _compare("posting", "service", postings, right.weights)
    yield from _of_fits(ids)


def _facts(listing: Listing) -> dict[str, Any]:
    facts = {field.name: getattr(listing, field.attname) for field in Listing._meta.fields if field.name != "facets"}
    return facts | {f"facet {token}": True for token in listing.facets}


def _of_fits(ids: list[int]) -> Iterator[Difference]:
    sql, params = fits(services=ids)
    stored: Rows = defaultdict(dict)
    wanted: Rows = defaultdict(dict)
    with connection.cursor() as cursor:
        # Too small a fit is none.
        cursor.execute(
            f"""
            SELECT service_id, category.code, stored.weight, wanted.weight
            FROM (SELECT * FROM services_categoryfit WHERE service_id = ANY(%(services)s)) AS stored
            FULL JOIN ({sql}) AS wanted USING (category_id, service_id)
            JOIN services_category AS category ON category.id = category_id
            WHERE abs(coalesce(stored.weight, %(least)s) - coalesce(wanted.weight, %(least)s)) > {TOLERANCE}
            """,
            params | {"least": LEAST_FIT},
        )
        for service, category, here, there in cursor.fetchall():
            stored[service][category], wanted[service][category] = here, there
    yield from _compare("fit", "service", stored, wanted)


# The taxonomy


def _of_categories() -> Iterator[Difference]:
    codes = dict(Category.objects.values_list("pk", "code"))
    rarities = _Rarities(
        (text, Rarity(*rarity))
        for text, *rarity in SearchTerm.objects.exclude(phrase_rarity=None).values_list(
            "text", "phrase_rarity", "category_rarity"
        )
    )
    phrases, typical = gather()
    wanted: Rows = defaultdict(dict)
    for phrase in phrases:
        norm, words = phrase.weigh(rarities)
        terms = {(number, term): weight for number, word in enumerate(words) for term, weight in word.items()}
        _add(wanted[codes[phrase.category]], phrase.kind, phrase.text, norm, terms)
    yield from _compare("phrase", "category", _stored_phrases(codes), wanted)
    stored: Rows = defaultdict(dict)
    for category, term, weight in CategoryTerm.objects.values_list("category_id", "term__text", "weight"):
        stored[codes[category]][term] = weight
    weighed = {codes[category]: weigh_typical(found, rarities) for category, found in typical.items()}
    yield from _compare("typical term", "category", stored, weighed)


class _Rarities(dict):
    """A term that was never weighed is in no phrase that is stored."""

    def __missing__(self, term: str) -> Rarity:
        return Rarity(1.0, 1.0)


def _stored_phrases(codes: dict[int, str]) -> Rows:
    found: dict[int, dict] = defaultdict(dict)
    for phrase, number, term, weight in SearchPhraseTerm.objects.values_list(
        "phrase_id", "word", "term__text", "weight"
    ):
        found[phrase][number, term] = weight
    stored: Rows = defaultdict(dict)
    for phrase in SearchPhrase.objects.all():
        _add(stored[codes[phrase.category_id]], phrase.kind, phrase.text, phrase.norm, found[phrase.pk])
    return stored


def _add(phrases: dict[str, tuple], kind: str, text: str, norm: float, terms: dict) -> None:
    """A phrase by its words; a name and a synonym of a category may be the same."""
    key = f"{kind} {text!r} {' '.join(term for _number, term in sorted(terms))}"
    times = phrases[key][0] + 1 if key in phrases else 1
    phrases[key] = (times, norm, *(terms[term] for term in sorted(terms)))


# Terms


def _of_terms() -> Iterator[Difference]:
    stored: Rows = {}
    wanted: Rows = {}
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT text, services, phrases, coalesce(posting.number, 0), coalesce(held.number, 0)
            FROM services_searchterm AS term
            LEFT JOIN (
              SELECT term_id, count(*) AS number FROM services_searchposting GROUP BY term_id
            ) AS posting ON posting.term_id = term.id
            LEFT JOIN (
              SELECT term_id, count(DISTINCT phrase_id) AS number FROM services_searchphraseterm GROUP BY term_id
            ) AS held ON held.term_id = term.id
            WHERE services <> coalesce(posting.number, 0) OR phrases <> coalesce(held.number, 0)
        """)
        for text, services, phrases, counted_services, counted_phrases in cursor.fetchall():
            stored[text] = {"services": services, "phrases": phrases}
            wanted[text] = {"services": counted_services, "phrases": counted_phrases}
    yield from _compare("count", "term", stored, wanted)
    for text, folded in SearchTerm.objects.values_list("text", "folded").iterator():
        right = fold(text.split(":", 1)[1])
        if folded != right:
            yield Difference("spelling", f"term {text}", {"folded": (folded, right)})
