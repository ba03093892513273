"""Terms and how services fit categories: what indexing of services and of the taxonomy share."""

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from services.models import SearchTerm
from services.search.terms import letters

# What speaks for a service's fit to a category: the phrase it holds most of (what people say counts less than what
# services are called), the typical terms it holds, and the tag that somebody gave it.
PHRASE, ASKED = 1.0, 0.4
TYPICAL = 0.8
TAGGED = 0.35
# How much of a word's evidence comes from the name alone: services name themselves by what they are.
NAMED = 0.5
LEAST_FIT = 0.35
# From how many services on it pays to count rows first, and of which tables.
MANY = 20
READ_BY_FIT = (
    "services_searchposting",
    "services_searchphrase",
    "services_searchphraseterm",
    "services_categoryterm",
    "services_listing",
)
# Rows of a transaction are in no statistics yet; planned for empty tables, the fits of many take minutes.
COUNT_ROWS = f"ANALYZE {', '.join(READ_BY_FIT)}"


def ids_of(texts: Iterable[str], known: dict[str, int]) -> dict[str, int]:
    """The ids of terms by their text; new terms are added. `known` saves look-ups over many calls."""
    unknown = set(texts) - known.keys()
    known.update(SearchTerm.objects.filter(text__in=unknown).values_list("text", "pk"))
    missing = sorted(unknown - known.keys())
    if missing:
        # Another writer may add the same term meanwhile; the sorted order keeps the two from waiting in a circle.
        SearchTerm.objects.bulk_create(
            [SearchTerm(text=text, folded=letters(text)) for text in missing], ignore_conflicts=True
        )
        known.update(SearchTerm.objects.filter(text__in=missing).values_list("text", "pk"))
    return known


def note_written(written: dict[str, str], known: dict[str, int]) -> None:
    """Keep with each term the shortest whole word that it stands for."""
    words = sorted((known[text], word) for text, word in written.items())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE services_searchterm AS term SET written = given.word "
            "FROM unnest(%s::int[], %s::text[]) AS given(id, word) WHERE term.id = given.id "
            "AND (written = '' OR (length(given.word), given.word) < (length(written), written))",
            [[pk for pk, _word in words], [word for _pk, word in words]],
        )


def add_to_counts(column: str, change: Counter) -> None:
    """Add to (or take from) a count of each term, in the order of their ids so that no two writers wait in a circle."""
    change = {term: number for term, number in sorted(change.items()) if number}
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE services_searchterm AS term SET {column} = {column} + change.number "
            "FROM unnest(%s::int[], %s::int[]) AS change(id, number) WHERE term.id = change.id",
            [list(change), list(change.values())],
        )


def keep_rarities(weighed: list[tuple[int, float, float]]) -> None:
    """Store how rare terms are: (id, among phrases, among categories)."""
    ids, phrases, categories = zip(*weighed, strict=True) if weighed else ((), (), ())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE services_searchterm AS term SET phrase_rarity = new.phrases, category_rarity = new.categories "
            "FROM unnest(%s::int[], %s::float[], %s::float[]) AS new(id, phrases, categories) WHERE term.id = new.id",
            [list(ids), list(phrases), list(categories)],
        )


def count_services() -> None:
    """Count anew how many services hold each term, whatever the counts were."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE services_searchterm, services_searchposting")
        cursor.execute("""
            UPDATE services_searchterm AS term SET services = coalesce(held.number, 0)
            FROM services_searchterm AS every LEFT JOIN (
              SELECT term_id, count(*) AS number FROM services_searchposting GROUP BY term_id
            ) AS held ON held.term_id = every.id
            WHERE every.id = term.id AND term.services <> coalesce(held.number, 0)
        """)


def fit(*, services: list[int] | None = None, category: int | None = None, grown: bool = True) -> None:
    """Compute anew how the given services fit all categories, or how all services fit the given category.

    `grown` says that the tables have grown much in this transaction.
    """
    sql, params = fits(services=services, category=category)
    replaced = "service_id = ANY(%(services)s)" if category is None else "category_id = %(category)s"
    with connection.cursor() as cursor:
        if services and len(services) >= MANY:
            # Hundreds of thousands of rows are grouped, which would go to disk.
            cursor.execute("SET LOCAL work_mem = '64MB'")
            if grown:
                cursor.execute(COUNT_ROWS)
        cursor.execute(f"DELETE FROM services_categoryfit WHERE {replaced}", params)
        cursor.execute(f"INSERT INTO services_categoryfit (category_id, service_id, weight) {sql}", params)


def fits(*, services: list[int] | None = None, category: int | None = None) -> tuple[str, dict]:
    """SQL of (category_id, service_id, weight) by the other rows as they are stored, and its parameters."""
    if category is None:
        services_in, categories_in, params = "= ANY(%(services)s)", "IS NOT NULL", {"services": services}
    else:
        services_in, categories_in, params = "IS NOT NULL", "= %(category)s", {"category": category}
    params |= {
        "phrase": PHRASE,
        "asked": ASKED,
        "typical": TYPICAL,
        "tagged": TAGGED,
        "named": NAMED,
        "least": LEAST_FIT,
    }
    return _FIT.format(services_in=services_in, categories_in=categories_in), params


_FIT = """
WITH words AS (
  SELECT held.phrase_id, posting.service_id,
         max(held.weight * (posting.weight * (1 - %(named)s) + posting.named * %(named)s)) AS evidence
  FROM services_searchphrase AS phrase
  JOIN services_searchphraseterm AS held ON held.phrase_id = phrase.id
  JOIN services_searchposting AS posting ON posting.term_id = held.term_id
  WHERE posting.service_id {services_in} AND phrase.category_id {categories_in}
  GROUP BY held.phrase_id, held.word, posting.service_id
), phrases AS (
  SELECT phrase.category_id, words.service_id, phrase.kind, sum(words.evidence) / phrase.norm AS held
  FROM words JOIN services_searchphrase AS phrase ON phrase.id = words.phrase_id
  GROUP BY phrase.id, words.service_id
), typical AS (
  -- By language: a service is no better for being described in three.
  SELECT typical.category_id, posting.service_id, sum(typical.weight * posting.weight) AS held
  FROM services_categoryterm AS typical JOIN services_searchposting AS posting USING (term_id)
  WHERE posting.service_id {services_in} AND typical.category_id {categories_in}
  GROUP BY typical.category_id, posting.service_id, typical.language
), evidence AS (
  SELECT category_id, service_id,
         %(phrase)s * max(CASE kind WHEN 'asked' THEN %(asked)s ELSE 1 END * held) AS weight
  FROM phrases GROUP BY category_id, service_id
  UNION ALL
  SELECT category_id, service_id, %(typical)s * least(1, max(held)) FROM typical GROUP BY category_id, service_id
  UNION ALL
  SELECT category.id, listing.service_id, %(tagged)s
  FROM services_category AS category
  JOIN services_listing AS listing ON listing.facets @> ARRAY[category.scheme || ':' || category.code]
  WHERE listing.service_id {services_in} AND category.id {categories_in}
)
SELECT category_id, service_id, sum(weight) AS weight FROM evidence
GROUP BY category_id, service_id HAVING sum(weight) >= %(least)s
"""
