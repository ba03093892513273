"""Compare the rows of the search index with those of the current records. Writes nothing.

The expected rows are computed by the code that writes them. Fits and counts are computed from other rows as they are
stored; differences of those are reported separately.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from math import isclose
from typing import Any

from django.db import connection, transaction

from services.indexing import suggestions as index_suggestions
from services.indexing.category_fit import scorer_for_all_categories
from services.indexing.progress import BatchProgress
from services.indexing.services import BATCH_SIZE, AreaLookup, TagResolver, build_service_rows
from services.indexing.terms import ORPHANED_ROWS_SQL
from services.models import CategoryFit, Listing, SearchPosting, SearchTerm, Service, Suggestion
from services.search.category_scoring import MIN_FIT, CategoryScorer, Postings
from services.search.terms import term_letters

from .differences import TOLERANCE, ComparedRows, IndexDifference, compare_rows
from .vocabularies import category_differences, concept_differences, suggestion_counts


def index_differences(*, progress: BatchProgress | None = None) -> Iterator[IndexDifference]:
    """Yield all differences between index and records at one moment.

    `progress` is called with the number of services of each finished batch.
    """
    with _repeatable_read():
        yield from _orphaned_rows()
        yield from _term_differences()
        yield from category_differences()
        yield from concept_differences()
        yield from _facet_bit_differences()
        ids = list(Service.objects.order_by("pk").values_list("pk", flat=True))
        tags, areas, scorer = TagResolver(), AreaLookup(), scorer_for_all_categories()
        for start in range(0, len(ids), BATCH_SIZE):
            batch = ids[start : start + BATCH_SIZE]
            yield from _service_differences(batch, tags, areas, scorer)
            if progress:
                progress(len(batch))


@contextmanager
def _repeatable_read() -> Iterator[None]:
    """Ignore concurrent writes, unless the caller has a transaction open."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _service_differences(
    ids: list[int], tags: TagResolver, areas: AreaLookup, scorer: CategoryScorer
) -> Iterator[IndexDifference]:
    rows = build_service_rows(Service.objects.published().filter(pk__in=ids).values_list("pk", flat=True), tags, areas)
    listings = Listing.objects.in_bulk(ids)
    stored = {pk: _listing_values(listing) for pk, listing in listings.items()}
    yield from compare_rows(
        "listing", "service", stored, {listing.pk: _listing_values(listing) for listing in rows.listings}
    )
    postings: ComparedRows = defaultdict(dict)
    by_id: dict[int, Postings] = defaultdict(dict)
    columns = ("service_id", "term_id", "term__text", "weight", "named")
    for service, pk, term, weight, named in SearchPosting.objects.filter(service__in=ids).values_list(*columns):
        postings[service][term] = by_id[service][pk] = (weight, named)
    yield from compare_rows("posting", "service", postings, {**rows.weights})
    yield from compare_rows(
        "suggestion",
        "service",
        suggestion_counts(Suggestion.objects.filter(service__in=ids), "service_id"),
        suggestion_counts(index_suggestions.service_suggestions(rows.services), "service_id"),
    )
    facets = {pk: listing.facets for pk, listing in listings.items()}
    expected_fits = {pk: scorer.fits(by_id.get(pk, {}), facets.get(pk, [])) for pk in ids}
    yield from _fit_differences(expected_fits, tags)


def _listing_values(listing: Listing) -> dict[str, Any]:
    values = {field.name: getattr(listing, field.attname) for field in Listing._meta.fields if field.name != "facets"}
    return values | {f"facet {token}": True for token in listing.facets}


def _fit_differences(fits_by_service: dict[int, dict[int, float]], tags: TagResolver) -> Iterator[IndexDifference]:
    stored_fits: dict[int, dict[int, float]] = defaultdict(dict)
    for service, category, weight in CategoryFit.objects.filter(service__in=list(fits_by_service)).values_list(
        "service_id", "category_id", "weight"
    ):
        stored_fits[service][category] = weight
    stored: ComparedRows = defaultdict(dict)
    expected: ComparedRows = defaultdict(dict)
    for service, fits in fits_by_service.items():
        for category in fits.keys() | stored_fits[service].keys():
            pair = stored_fits[service].get(category), fits.get(category)
            # The smallest fit is the same as none.
            if isclose(*(MIN_FIT if weight is None else weight for weight in pair), abs_tol=TOLERANCE):
                continue
            code = tags.categories[category].code
            stored[service][code], expected[service][code] = pair
    yield from compare_rows("fit", "service", stored, expected)


def _orphaned_rows() -> Iterator[IndexDifference]:
    for kind, rows in ORPHANED_ROWS_SQL.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT link.service_id, count(*) {rows} GROUP BY link.service_id")
            stored = {service: {"orphaned rows": count} for service, count in cursor.fetchall()}
        yield from compare_rows(kind, "service", stored, {})


def _term_differences() -> Iterator[IndexDifference]:
    stored: ComparedRows = {}
    expected: ComparedRows = {}
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT text, services, phrases, coalesce(posting.number, 0), coalesce(phrase.number, 0)
            FROM services_searchterm AS term
            LEFT JOIN (
              SELECT term_id, count(*) AS number FROM services_searchposting GROUP BY term_id
            ) AS posting ON posting.term_id = term.id
            LEFT JOIN (
              SELECT term_id, count(DISTINCT phrase_id) AS number FROM services_searchphraseterm GROUP BY term_id
            ) AS phrase ON phrase.term_id = term.id
            WHERE services <> coalesce(posting.number, 0) OR phrases <> coalesce(phrase.number, 0)
        """)
        for text, services, phrases, counted_services, counted_phrases in cursor.fetchall():
            stored[text] = {"services": services, "phrases": phrases}
            expected[text] = {"services": counted_services, "phrases": counted_phrases}
    yield from compare_rows("count", "term", stored, expected)
    for text, folded in SearchTerm.objects.values_list("text", "folded").iterator():
        yield from compare_rows("spelling", "term", {text: {"folded": folded}}, {text: {"folded": term_letters(text)}})


def _facet_bit_differences() -> Iterator[IndexDifference]:
    """Yield tokens whose bits differ from the listings, as (correct bits, wrong bits); no row is the same as no bit."""
    stored: ComparedRows = defaultdict(dict)
    expected: ComparedRows = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute("""
            WITH compared AS (
              SELECT token, block,
                     coalesce(stored.bits, none) AS stored_bits, coalesce(wanted.bits, none) AS expected_bits
              FROM services_facetbits AS stored FULL JOIN services_facetbits_wanted AS wanted USING (token, block)
              CROSS JOIN (SELECT B'0'::bit(8192) AS none) AS empty
            )
            SELECT token, block, bit_count(expected_bits),
                   bit_count(stored_bits & expected_bits), bit_count(stored_bits & ~expected_bits)
            FROM compared WHERE stored_bits <> expected_bits
        """)
        for token, block, expected_count, correct_count, wrong_count in cursor.fetchall():
            stored[token][f"services of block {block}"] = (correct_count, wrong_count)
            expected[token][f"services of block {block}"] = (expected_count, 0)
    yield from compare_rows("bits", "token", stored, expected)
