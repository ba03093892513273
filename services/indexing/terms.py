"""Terms, which the indexing of services, of the taxonomy and of vocabularies share."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.db import connection
from django.db.models import Q

from services.indexing.lock import turn
from services.models import SearchTerm
from services.search.terms import shorter_word, term_letters

Item = TypeVar("Item")
# Rows of deleted services, terms or categories: these tables have no foreign key constraints.
ORPHANED_ROWS_SQL = {
    "posting": """
        FROM services_searchposting AS link
        WHERE (NOT EXISTS (SELECT FROM services_service WHERE id = link.service_id)
           OR NOT EXISTS (SELECT FROM services_searchterm WHERE id = link.term_id))
    """,
    "fit": """
        FROM services_categoryfit AS link
        WHERE (NOT EXISTS (SELECT FROM services_service WHERE id = link.service_id)
           OR NOT EXISTS (SELECT FROM services_category WHERE id = link.category_id))
    """,
}
# Queries of the number of services or phrases with each term, by the column that stores it.
TERM_COUNTS_SQL = {
    "services": "SELECT term_id, count(*) AS number FROM services_searchposting {where} GROUP BY term_id",
    "phrases": (
        "SELECT term_id, count(DISTINCT phrase_id) AS number FROM services_searchphraseterm {where} GROUP BY term_id"
    ),
}
# Terms, or services with orphaned rows, per transaction.
BATCH_SIZE = 1000


def remove_orphaned_rows() -> None:
    """Delete rows of deleted records. The slow query takes no lock; the deletion repeats it under the lock."""
    for rows in ORPHANED_ROWS_SQL.values():
        services = _column(f"SELECT DISTINCT link.service_id {rows}")
        for batch in batched(services, BATCH_SIZE):
            with turn(), connection.cursor() as cursor:
                cursor.execute(f"DELETE {rows} AND link.service_id = ANY(%s)", [batch])


def term_ids(texts: Iterable[str], known: dict[str, int]) -> dict[str, int]:
    """Return the ids of terms by their text, after adding new terms. `known` caches ids between calls."""
    unknown = set(texts) - known.keys()
    known.update(SearchTerm.objects.filter(text__in=unknown).values_list("text", "pk"))
    missing = sorted(unknown - known.keys())
    if missing:
        # Another writer may add the same term concurrently; inserting in sorted order prevents deadlocks.
        SearchTerm.objects.bulk_create(
            [SearchTerm(text=text, folded=term_letters(text)) for text in missing], ignore_conflicts=True
        )
        known.update(SearchTerm.objects.filter(text__in=missing).values_list("text", "pk"))
    return known


def rebuild_spelling_index() -> None:
    """Correct the folded letters by which terms are compared with misspelt words."""
    outdated = [term for term in SearchTerm.objects.only("text", "folded") if term.folded != term_letters(term.text)]
    for batch in batched(outdated, BATCH_SIZE):
        for term in batch:
            term.folded = term_letters(term.text)
        with turn():
            SearchTerm.objects.bulk_update(batch, ["folded"])


def store_written_forms(written: dict[str, str], known: dict[str, int]) -> None:
    """Store with each term the shortest whole word that it represents."""
    words = sorted((known[text], word) for text, word in written.items())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE services_searchterm AS term SET written = given.word "
            "FROM unnest(%s::int[], %s::text[]) AS given(id, word) WHERE term.id = given.id "
            "AND (written = '' OR (length(given.word), given.word) < (length(written), written))",
            [[pk for pk, _word in words], [word for _pk, word in words]],
        )


def add_to_term_counts(column: str, change: Counter[int]) -> None:
    """Add the changes (which may be negative) to a count of each term, in id order to prevent deadlocks."""
    numbers = {term: number for term, number in sorted(change.items()) if number}
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE services_searchterm AS term SET {column} = {column} + change.number "
            "FROM unnest(%s::int[], %s::int[]) AS change(id, number) WHERE term.id = change.id",
            [list(numbers), list(numbers.values())],
        )


def store_rarities(weighed: list[tuple[int, float, float]]) -> None:
    """Store rarities of terms: (id, rarity among phrases, rarity among categories)."""
    ids, phrases, categories = zip(*weighed, strict=True) if weighed else ((), (), ())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE services_searchterm AS term SET phrase_rarity = new.phrases, category_rarity = new.categories "
            "FROM unnest(%s::int[], %s::float[], %s::float[]) AS new(id, phrases, categories) WHERE term.id = new.id "
            "AND (phrase_rarity, category_rarity) IS DISTINCT FROM (new.phrases, new.categories)",
            [list(ids), list(phrases), list(categories)],
        )


def gather_written(new: dict[str, str], written: dict[str, str]) -> None:
    """Merge the whole words of terms into `written`, keeping the shortest for each term."""
    for text, word in new.items():
        written[text] = shorter_word(written.get(text, ""), word)


def replace_written_forms(written: dict[str, str]) -> None:
    """Store the collected whole words of terms, and clear those of terms that are no longer in use."""
    in_use = Q(services__gt=0) | Q(phrases__gt=0)
    empty = SearchTerm.objects.exclude(in_use).exclude(written="").values_list("text", flat=True)
    gathered = dict.fromkeys(empty, "") | written
    for batch in batched(sorted(gathered), BATCH_SIZE):
        with turn(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE services_searchterm AS term SET written = given.word "
                "FROM unnest(%s::text[], %s::text[]) AS given(text, word) "
                "WHERE term.text = given.text AND written <> given.word "
                "AND (given.word <> '' OR services + phrases = 0)",
                [batch, [gathered[text] for text in batch]],
            )


def correct_term_counts() -> None:
    """Correct the numbers of services and of phrases with each term.

    The slow query for wrong counts takes no lock; they are recounted under the lock.
    """
    with connection.cursor() as cursor:
        # If autovacuum analyses a table now, its statistics are about to be fresh: do not wait for its lock.
        cursor.execute("ANALYZE (SKIP_LOCKED) services_searchterm, services_searchposting")
    for column, counts_sql in TERM_COUNTS_SQL.items():
        outdated = _column(
            f"SELECT id FROM services_searchterm AS term LEFT JOIN ({counts_sql.format(where='')}) AS counts "
            f"ON counts.term_id = term.id WHERE {column} <> coalesce(counts.number, 0) ORDER BY id"
        )
        for batch in batched(outdated, BATCH_SIZE):
            with turn(), connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE services_searchterm AS term SET {column} = coalesce(counts.number, 0) "
                    "FROM unnest(%(ids)s::int[]) AS given(id) "
                    f"LEFT JOIN ({counts_sql.format(where='WHERE term_id = ANY(%(ids)s)')}) AS counts "
                    "ON counts.term_id = given.id WHERE term.id = given.id",
                    {"ids": batch},
                )


def batched(values: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield the values in lists of at most `size`."""
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch


def _column(sql: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [pk for (pk,) in cursor.fetchall()]
