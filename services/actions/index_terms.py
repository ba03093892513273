"""Terms and how services fit categories: what indexing of services and of the taxonomy share."""

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from services.models import SearchTerm
from services.search.terms import fold

# What speaks for a service's fit to a category: the phrase it holds most of (what people say counts less than what
# services are called), the typical terms it holds, and the tag that somebody gave it.
PHRASE, ASKED = 1.0, 0.6
TYPICAL = 0.5
TAGGED = 0.4
LEAST_FIT = 0.35
# From how many services on it pays to count rows first, and of which tables.
MANY = 100
READ_BY_FIT = (
    "services_searchposting",
    "services_searchphrase",
    "services_searchphraseterm",
    "services_categoryterm",
    "services_listing",
)


def ids_of(texts: Iterable[str], known: dict[str, int]) -> dict[str, int]:
    """The ids of terms by their text; new terms are added. `known` saves look-ups over many calls."""
    unknown = set(texts) - known.keys()
    known.update(SearchTerm.objects.filter(text__in=unknown).values_list("text", "pk"))
    missing = sorted(unknown - known.keys())
    if missing:
        # Another writer may add the same term meanwhile; the sorted order keeps the two from waiting in a circle.
        SearchTerm.objects.bulk_create(
            [SearchTerm(text=text, folded=fold(text.split(":", 1)[1])) for text in missing], ignore_conflicts=True
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


def fit(*, services: list[int] | None = None, category: int | None = None, grown: bool = True) -> None:
    """Compute anew how the given services fit all categories, or how all services fit the given category.

    `grown` says that the tables have grown much in this transaction.
    """
    if category is None:
        services_in, categories_in, params = "= ANY(%(services)s)", "IS NOT NULL", {"services": services}
    else:
        services_in, categories_in, params = "IS NOT NULL", "= %(category)s", {"category": category}
    params |= {"phrase": PHRASE, "asked": ASKED, "typical": TYPICAL, "tagged": TAGGED, "least": LEAST_FIT}
    with connection.cursor() as cursor:
        if services and len(services) >= MANY:
            # Hundreds of thousands of rows are grouped, which would go to disk.
            cursor.execute("SET LOCAL work_mem = '64MB'")
            if grown:
                # Rows of this transaction are in no statistics yet; planned for empty tables, fits take minutes.
                cursor.execute(f"ANALYZE {', '.join(READ_BY_FIT)}")
        cursor.execute(
            f"DELETE FROM services_categoryfit WHERE service_id {services_in} AND category_id {categories_in}",
            params,
        )
        cursor.execute(_FIT.format(services_in=services_in, categories_in=categories_in), params)


_FIT = """
WITH words AS (
  SELECT held.phrase_id, posting.service_id, max(held.weight * posting.weight) AS evidence
  FROM services_searchphrase AS phrase
  JOIN services_searchphraseterm AS held ON held.phrase_id = phrase.id
  JOIN services_searchposting AS posting ON posting.term_id = held.term_id
  WHERE posting.service_id {services_in} AND phrase.category_id {categories_in}
  GROUP BY held.phrase_id, held.word, posting.service_id
), phrases AS (
  SELECT phrase.category_id, words.service_id, phrase.kind, sum(words.evidence) / phrase.norm AS held
  FROM words JOIN services_searchphrase AS phrase ON phrase.id = words.phrase_id
  GROUP BY phrase.id, words.service_id
), evidence AS (
  SELECT category_id, service_id,
         %(phrase)s * max(CASE kind WHEN 'asked' THEN %(asked)s ELSE 1 END * held) AS weight
  FROM phrases GROUP BY category_id, service_id
  UNION ALL
  SELECT typical.category_id, posting.service_id, %(typical)s * least(1, sum(typical.weight * posting.weight))
  FROM services_categoryterm AS typical JOIN services_searchposting AS posting USING (term_id)
  WHERE posting.service_id {services_in} AND typical.category_id {categories_in}
  GROUP BY typical.category_id, posting.service_id
  UNION ALL
  SELECT category.id, listing.service_id, %(tagged)s
  FROM services_category AS category
  JOIN services_listing AS listing ON listing.facets @> ARRAY[category.scheme || ':' || category.code]
  WHERE listing.service_id {services_in} AND category.id {categories_in}
)
INSERT INTO services_categoryfit (category_id, service_id, weight)
SELECT category_id, service_id, sum(weight) FROM evidence
GROUP BY category_id, service_id HAVING sum(weight) >= %(least)s
"""
