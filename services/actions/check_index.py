"""Compare the rows that search reads with what the records say now; writes nothing.

The rows are computed by the code that writes them. Fits and counts are made of other rows and compared with those as
they are stored: where these differ, that is told by itself.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from services.models import Listing, SearchPosting, SearchTerm, Service, Suggestion
from services.search.terms import letters

from . import index_suggestions
from .check_vocabularies import of_categories, of_concepts, suggestions
from .differences import TOLERANCE, Difference, Rows, compare
from .index import BATCH, Areas, Taxonomy, rows_of
from .index_terms import LEAST_FIT, fits


def differences(*, progress=None) -> Iterator[Difference]:
    """Everything that is not in step with the records, all as it is at one moment.

    `progress` is called with the numbers of services done.
    """
    with _one_moment():
        yield from _of_terms()
        yield from of_categories()
        yield from of_concepts()
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


def _of_services(ids: list[int], taxonomy: Taxonomy, areas: Areas) -> Iterator[Difference]:
    rows = rows_of(Service.objects.published().filter(pk__in=ids).values_list("pk", flat=True), taxonomy, areas)
    stored = {listing.pk: _facts(listing) for listing in Listing.objects.filter(pk__in=ids)}
    yield from compare("listing", "service", stored, {listing.pk: _facts(listing) for listing in rows.listings})
    postings: Rows = defaultdict(dict)
    found = SearchPosting.objects.filter(service__in=ids).values_list("service_id", "term__text", "weight", "named")
    for service, term, *weights in found.iterator():
        postings[service][term] = tuple(weights)
    yield from compare("posting", "service", postings, rows.weights)
    yield from compare(
        "suggestion",
        "service",
        suggestions(Suggestion.objects.filter(service__in=ids), "service_id"),
        suggestions(index_suggestions.of_services(rows.services), "service_id"),
    )
    yield from _of_fits(ids)


def _facts(listing: Listing) -> dict[str, Any]:
    facts = {field.name: getattr(listing, field.attname) for field in Listing._meta.fields if field.name != "facets"}
    return facts | {f"facet {token}": True for token in listing.facets}


def _of_fits(ids: list[int]) -> Iterator[Difference]:
    sql, params = fits(services=ids)
    stored: Rows = defaultdict(dict)
    wanted: Rows = defaultdict(dict)
    with connection.cursor() as cursor:
        # One that is as small as may be is the same as none.
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
    yield from compare("fit", "service", stored, wanted)


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
    yield from compare("count", "term", stored, wanted)
    for text, folded in SearchTerm.objects.values_list("text", "folded").iterator():
        right = letters(text)
        yield from compare("spelling", "term", {text: {"folded": folded}}, {text: {"folded": right}})
