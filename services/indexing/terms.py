"""Terms: what indexing of services, of the taxonomy and of vocabularies share."""

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from services.models import SearchTerm
from services.search.terms import term_letters

# Rows of services, terms or categories that are gone: the database itself does not check these tables.
ORPHAN_CONDITIONS = {
    "posting": """
        FROM services_searchposting AS found
        WHERE NOT EXISTS (SELECT FROM services_service WHERE id = found.service_id)
           OR NOT EXISTS (SELECT FROM services_searchterm WHERE id = found.term_id)
    """,
    "fit": """
        FROM services_categoryfit AS found
        WHERE NOT EXISTS (SELECT FROM services_service WHERE id = found.service_id)
           OR NOT EXISTS (SELECT FROM services_category WHERE id = found.category_id)
    """,
}


def remove_orphaned_rows() -> None:
    with connection.cursor() as cursor:
        for rows in ORPHAN_CONDITIONS.values():
            cursor.execute(f"DELETE {rows}")


def term_ids(texts: Iterable[str], known: dict[str, int]) -> dict[str, int]:
    """The ids of terms by their text; new terms are added. `known` saves look-ups over many calls."""
    unknown = set(texts) - known.keys()
    known.update(SearchTerm.objects.filter(text__in=unknown).values_list("text", "pk"))
    missing = sorted(unknown - known.keys())
    if missing:
        # Another writer may add the same term meanwhile; the sorted order keeps the two from waiting in a circle.
        SearchTerm.objects.bulk_create(
            [SearchTerm(text=text, folded=term_letters(text)) for text in missing], ignore_conflicts=True
        )
        known.update(SearchTerm.objects.filter(text__in=missing).values_list("text", "pk"))
    return known


def rebuild_spelling_index() -> None:
    """Put right how terms are compared with misspelt words, and forget the whole words that they stand for."""
    SearchTerm.objects.exclude(written="").update(written="")
    wrong = [term for term in SearchTerm.objects.only("text", "folded") if term.folded != term_letters(term.text)]
    for term in wrong:
        term.folded = term_letters(term.text)
    SearchTerm.objects.bulk_update(wrong, ["folded"], batch_size=1000)


def store_written_forms(written: dict[str, str], known: dict[str, int]) -> None:
    """Keep with each term the shortest whole word that it stands for."""
    words = sorted((known[text], word) for text, word in written.items())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE services_searchterm AS term SET written = given.word "
            "FROM unnest(%s::int[], %s::text[]) AS given(id, word) WHERE term.id = given.id "
            "AND (written = '' OR (length(given.word), given.word) < (length(written), written))",
            [[pk for pk, _word in words], [word for _pk, word in words]],
        )


def add_to_term_counts(column: str, change: Counter) -> None:
    """Add to (or take from) a count of each term, in the order of their ids so that no two writers wait in a circle."""
    change = {term: number for term, number in sorted(change.items()) if number}
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE services_searchterm AS term SET {column} = {column} + change.number "
            "FROM unnest(%s::int[], %s::int[]) AS change(id, number) WHERE term.id = change.id",
            [list(change), list(change.values())],
        )


def store_rarities(weighed: list[tuple[int, float, float]]) -> None:
    """Store how rare terms are: (id, among phrases, among categories)."""
    ids, phrases, categories = zip(*weighed, strict=True) if weighed else ((), (), ())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE services_searchterm AS term SET phrase_rarity = new.phrases, category_rarity = new.categories "
            "FROM unnest(%s::int[], %s::float[], %s::float[]) AS new(id, phrases, categories) WHERE term.id = new.id",
            [list(ids), list(phrases), list(categories)],
        )


def recount_services() -> None:
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
