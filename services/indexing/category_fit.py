"""Stores how well services answer categories, as `services.search.category_scoring` computes it from stored rows."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from django.db import connection

from services.models import Category, CategoryFit, Listing
from services.models.category import Kind
from services.search.category_scoring import Answers, Aside, Postings, Row, Said
from services.search.facets import token

from .bulk_replace import FITS

# What people say counts less than what services are called.
ASKED = 0.4
# Beyond so many services, a second process computes.
MANY = 2_000
# How many batches may be computed while others are written.
AHEAD = 3

# No joins: they are planned badly where the rows are of this transaction.
_WORDS = "SELECT term_id, phrase_id, word, weight FROM services_searchphraseterm"
_PHRASES = f"""
SELECT id, category_id, CASE kind WHEN '{Kind.ASKED.value}' THEN {ASKED} ELSE 1 END / norm FROM services_searchphrase
"""
# They are never changed but made anew, together with all that belongs to them, under numbers that do not return.
_WHICH_PHRASES = "SELECT count(*), bit_xor(hashint8extended(id, 0)) FROM services_searchphrase"
_TYPICAL = "SELECT term_id, category_id, language, weight FROM services_categoryterm"


# Kept by this process, with what tells that they are still true.
_kept: tuple[tuple, Answers] | None = None


def answers_of_all() -> Answers:
    """What speaks for the fits of any service to any category, as it is stored."""
    global _kept
    kept, tags = _kept, _tags()
    now = (connection.settings_dict["NAME"], _read(_WHICH_PHRASES), tags)
    if kept is None or kept[0] != now:
        kept = _kept = now, Answers(phrases=_read(_PHRASES), words=_read(_WORDS), typical=_read(_TYPICAL), tags=tags)
    return kept[1]


def _answers_of_category(category: int) -> Answers:
    phrases = _read(f"{_PHRASES} WHERE category_id = %s", category)
    return Answers(
        phrases=phrases,
        words=_read(f"{_WORDS} WHERE phrase_id = ANY(%s::int8[])", [phrase for phrase, *_rest in phrases]),
        typical=_read(f"{_TYPICAL} WHERE category_id = %s", category),
        tags=_tags(pk=category),
    )


def _tags(**which: int) -> dict[str, int]:
    found = Category.objects.filter(**which).values_list("pk", "scheme", "code")
    return {token(scheme, code): pk for pk, scheme, code in found}


def _read(sql: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@contextmanager
def fitting(number: int) -> Iterator[Callable[[Said], None]]:
    """Gives what stores the fits of a batch of services, out of so many in all; every batch is stored at the end."""
    if number > MANY:
        with _second_process() as store:
            yield store
        return
    yield lambda said: _store(said, answers_of_all().rows(said))


@contextmanager
def _second_process() -> Iterator[Callable[[Said], None]]:
    """Computes batches beside this process, which writes the earlier ones meanwhile."""
    # Not a copy of this process, which holds a connection to the database.
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=Aside.take, initargs=(answers_of_all(),)) as pool:
        waiting: deque[tuple[Said, Future[list[Row]]]] = deque()

        def write(most: int) -> None:
            while len(waiting) > most:
                said, computed = waiting.popleft()
                _store(said, computed.result())

        def store(said: Said) -> None:
            waiting.append((said, pool.submit(Aside.rows, said)))
            write(most=AHEAD)

        yield store
        write(most=0)


def _store(said: Said, rows: list[Row]) -> None:
    wanted: dict[int, dict[int, tuple[float]]] = {service: {} for service in said}
    for category, service, weight in rows:
        wanted[service][category] = (weight,)
    FITS.replace(wanted)


def fit_category(category: int) -> None:
    """Compute anew how all services fit the category."""
    stored = CategoryFit.objects.filter(category=category)
    stored._raw_delete(stored.db)
    answers = _answers_of_category(category)
    FITS.add(
        (category, service, weight)
        for service, postings, facets in _all_services(answers)
        for weight in answers.fits(postings, facets).values()
    )


def _all_services(answers: Answers) -> Iterator[tuple[int, Postings, list[str]]]:
    """Services that hold any of the terms or tags, as they are stored."""
    tagged = dict(Listing.objects.filter(facets__overlap=list(answers.tags)).values_list("pk", "facets"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT service_id, array_agg(term_id), array_agg(weight), array_agg(named) "
            "FROM services_searchposting WHERE term_id = ANY(%s) GROUP BY service_id",
            [sorted(answers.terms)],
        )
        for service, terms, weights, named in cursor:
            said = dict(zip(terms, zip(weights, named, strict=True), strict=True))
            yield service, said, tagged.pop(service, [])
    for service, facets in tagged.items():
        yield service, {}, facets
