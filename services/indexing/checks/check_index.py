"""Compare the rows that search reads with what the records say now; writes nothing.

The rows are computed by the code that writes them. Fits and counts are made of other rows and compared with those as
they are stored: where these differ, that is told by itself.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from math import isclose
from typing import Any

from django.db import connection, transaction

from services.indexing import suggestions as index_suggestions
from services.indexing.category_fit import scorer_for_all_categories
from services.indexing.services import BATCH_SIZE, AreaLookup, CategoryTree, build_service_rows
from services.indexing.terms import ORPHANED_ROWS_SQL
from services.models import CategoryFit, Listing, SearchPosting, SearchTerm, Service, Suggestion
from services.search.category_scoring import MIN_FIT, CategoryScorer, Postings
from services.search.terms import term_letters

from .differences import TOLERANCE, ComparedRows, IndexDifference, compare_rows
from .vocabularies import category_differences, concept_differences, suggestion_counts


def index_differences(*, progress=None) -> Iterator[IndexDifference]:
    """Everything that is not in step with the records, all as it is at one moment.

    `progress` is called with the numbers of services done.
    """
    with _repeatable_read():
        yield from _orphaned_rows()
        yield from _term_differences()
        yield from category_differences()
        yield from concept_differences()
        yield from _facet_bit_differences()
        ids = list(Service.objects.order_by("pk").values_list("pk", flat=True))
        taxonomy, areas, answers = CategoryTree(), AreaLookup(), scorer_for_all_categories()
        for start in range(0, len(ids), BATCH_SIZE):
            batch = ids[start : start + BATCH_SIZE]
            yield from _service_differences(batch, taxonomy, areas, answers)
            if progress:
                progress(len(batch))


@contextmanager
def _repeatable_read():
    """What others write meanwhile is not seen. Within somebody else's transaction it is as it is."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _service_differences(
    ids: list[int], taxonomy: CategoryTree, areas: AreaLookup, answers: CategoryScorer
) -> Iterator[IndexDifference]:
    rows = build_service_rows(
        Service.objects.published().filter(pk__in=ids).values_list("pk", flat=True), taxonomy, areas
    )
    listings = Listing.objects.in_bulk(ids)
    stored = {pk: _listing_values(listing) for pk, listing in listings.items()}
    yield from compare_rows(
        "listing", "service", stored, {listing.pk: _listing_values(listing) for listing in rows.listings}
    )
    postings: ComparedRows = defaultdict(dict)
    by_id: dict[int, Postings] = defaultdict(dict)
    found = SearchPosting.objects.filter(service__in=ids)
    for service, pk, term, *weights in found.values_list("service_id", "term_id", "term__text", "weight", "named"):
        postings[service][term] = by_id[service][pk] = tuple(weights)
    yield from compare_rows("posting", "service", postings, rows.weights)
    yield from compare_rows(
        "suggestion",
        "service",
        suggestion_counts(Suggestion.objects.filter(service__in=ids), "service_id"),
        suggestion_counts(index_suggestions.service_suggestions(rows.services), "service_id"),
    )
    facets = {pk: listing.facets for pk, listing in listings.items()}
    wanted = {pk: answers.fits(by_id.get(pk, {}), facets.get(pk, [])) for pk in ids}
    yield from _fit_differences(wanted, taxonomy)


def _listing_values(listing: Listing) -> dict[str, Any]:
    facts = {field.name: getattr(listing, field.attname) for field in Listing._meta.fields if field.name != "facets"}
    return facts | {f"facet {token}": True for token in listing.facets}


def _fit_differences(wanted: dict[int, dict[int, float]], taxonomy: CategoryTree) -> Iterator[IndexDifference]:
    here: ComparedRows = defaultdict(dict)
    there: ComparedRows = defaultdict(dict)
    stored: dict[int, dict[int, float]] = defaultdict(dict)
    for service, category, weight in CategoryFit.objects.filter(service__in=list(wanted)).values_list(
        "service_id", "category_id", "weight"
    ):
        stored[service][category] = weight
    for service, fits in wanted.items():
        for category in fits.keys() | stored[service].keys():
            pair = stored[service].get(category), fits.get(category)
            # One that is as small as may be is the same as none.
            if isclose(*(MIN_FIT if weight is None else weight for weight in pair), abs_tol=TOLERANCE):
                continue
            code = taxonomy.categories[category].code
            here[service][code], there[service][code] = pair
    yield from compare_rows("fit", "service", here, there)


def _orphaned_rows() -> Iterator[IndexDifference]:
    for kind, rows in ORPHANED_ROWS_SQL.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT found.service_id, count(*) {rows} GROUP BY found.service_id")
            stored = {service: {"rows of what is gone": number} for service, number in cursor.fetchall()}
        yield from compare_rows(kind, "service", stored, {})


def _term_differences() -> Iterator[IndexDifference]:
    stored: ComparedRows = {}
    wanted: ComparedRows = {}
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
    yield from compare_rows("count", "term", stored, wanted)
    for text, folded in SearchTerm.objects.values_list("text", "folded").iterator():
        yield from compare_rows("spelling", "term", {text: {"folded": folded}}, {text: {"folded": term_letters(text)}})


def _facet_bit_differences() -> Iterator[IndexDifference]:
    """Tokens whose bits are not those of the listings: (right ones, others); no row is the same as no bit."""
    stored: ComparedRows = defaultdict(dict)
    wanted: ComparedRows = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute("""
            WITH compared AS (
              SELECT token, block, coalesce(stored.bits, none) AS here, coalesce(wanted.bits, none) AS there
              FROM services_facetbits AS stored FULL JOIN services_facetbits_wanted AS wanted USING (token, block)
              CROSS JOIN (SELECT B'0'::bit(8192) AS none) AS empty
            )
            SELECT token, block, bit_count(there), bit_count(here & there), bit_count(here & ~there)
            FROM compared WHERE here <> there
        """)
        for token, block, services, kept, others in cursor.fetchall():
            stored[token][f"services of block {block}"] = (kept, others)
            wanted[token][f"services of block {block}"] = (services, 0)
    yield from compare_rows("bits", "token", stored, wanted)
