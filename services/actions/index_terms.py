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
TAGGED = 0.3
LEAST_FIT = 0.35


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
            WITH texts AS (
              SELECT term_id, service_id, weight FROM services_searchposting WHERE service_id = ANY(%s)
            ), words AS (
              SELECT held.phrase_id, texts.service_id, max(held.weight * texts.weight) AS evidence
              FROM texts JOIN services_searchphraseterm AS held USING (term_id)
              GROUP BY held.phrase_id, held.word, texts.service_id
            ), phrases AS (
              SELECT phrase.category_id, words.service_id, phrase.kind,
                     sum(words.evidence) / phrase.norm AS held
              FROM words JOIN services_searchphrase AS phrase ON phrase.id = words.phrase_id
              GROUP BY phrase.id, words.service_id
            ), evidence AS (
              SELECT category_id, service_id, %s * max(CASE kind WHEN 'asked' THEN %s ELSE 1 END * held) AS weight
              FROM phrases GROUP BY category_id, service_id
              UNION ALL
              SELECT typical.category_id, texts.service_id, %s * least(1, sum(typical.weight * texts.weight))
              FROM texts JOIN services_categoryterm AS typical USING (term_id)
              GROUP BY typical.category_id, texts.service_id
              UNION ALL
              SELECT category, service, %s FROM unnest(%s::bigint[], %s::bigint[]) AS tagged(service, category)
            )
            INSERT INTO services_categoryfit (category_id, service_id, weight)
            SELECT category_id, service_id, sum(weight) FROM evidence
            GROUP BY category_id, service_id HAVING sum(weight) >= %s
            """,
            [services, PHRASE, ASKED, TYPICAL, TAGGED, [s for s, _c in pairs], [c for _s, c in pairs], LEAST_FIT],
        )
