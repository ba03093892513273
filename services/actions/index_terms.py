"""Terms and how services fit categories: what indexing of services and of the taxonomy share."""

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from services.models import SearchTerm
from services.search.terms import fold

# A service fits a category by its text from this much on (see CategoryTerm).
LEAST_FIT = 0.05
# A tag says outright that a service answers the category, whatever its text.
TAGGED = 0.5


def ids_of(texts: Iterable[str], known: dict[str, int]) -> dict[str, int]:
    """The ids of terms by their text; new terms are added. `known` saves look-ups over many calls."""
    missing = sorted(set(texts) - known.keys())
    if missing:
        SearchTerm.objects.bulk_create(
            [SearchTerm(text=text, folded=fold(text.split(":", 1)[1])) for text in missing],
            ignore_conflicts=True,
            batch_size=5000,
        )
        known.update(SearchTerm.objects.filter(text__in=missing).values_list("text", "pk"))
    return known


def add_to_counts(column: str, change: Counter) -> None:
    """Add to (or take from) a count of each term, in the order of their ids so that no two writers wait in a circle."""
    change = {term: number for term, number in sorted(change.items()) if number}
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE services_searchterm AS term SET {column} = {column} + change.number "
            "FROM unnest(%s::int[], %s::int[]) AS change(id, number) WHERE term.id = change.id",
            [list(change), list(change.values())],
        )


def fit(tags_of: dict[int, list[int]]) -> None:
    """Compute anew how the given services fit all categories; `tags_of` holds the categories of each service."""
    services = list(tags_of)
    pairs = [(service, category) for service, tags in tags_of.items() for category in tags]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM services_categoryfit WHERE service_id = ANY(%s)", [services])
        cursor.execute(
            """
            INSERT INTO services_categoryfit (category_id, service_id, weight)
            SELECT category_id, service_id, sum(weight) FROM (
              SELECT typical.category_id, posting.service_id, sum(typical.weight * posting.weight) AS weight
              FROM services_searchposting AS posting
              JOIN services_categoryterm AS typical ON typical.term_id = posting.term_id
              WHERE posting.service_id = ANY(%s)
              GROUP BY typical.category_id, posting.service_id
              HAVING sum(typical.weight * posting.weight) >= %s
              UNION ALL
              SELECT category, service, %s FROM unnest(%s::bigint[], %s::bigint[]) AS tagged(service, category)
            ) AS evidence GROUP BY category_id, service_id
            """,
            [services, LEAST_FIT, TAGGED, [s for s, _c in pairs], [c for _s, c in pairs]],
        )
