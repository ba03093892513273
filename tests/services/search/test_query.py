"""What somebody typed, as queries that PostgreSQL can be trusted with."""

import pytest
from django.db import connection

from services.search.analysis import Word
from services.search.documents import vector
from services.search.query import MAX_WORDS, parse, tsquery

NASTY = [
    "' & | ! ( ) : * \\ <-> '",
    "päihde' | 'ero",
    "ero:*",
    "!ero",
    "ero & ",
    "\\",
    "\\' OR 1=1 --",
    "o'brien d’arc",
    "'; DROP TABLE services_service; --",
    "%s %(name)s %%",
    "nepsy-'-lapsi",
    "ß ﬁ İ ǆ ꙮ 𝔘𝔫𝔦",
    "مركز الأسرة 家庭 Семья",
    "a" * 10_000,
    "ero " * 10_000,
]


def matches(document, query):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [document, query])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_any_text_is_found_by_itself(text, language):
    document = vector([("A", text)], language)
    for query in parse(text, language).by_language[language]:
        assert matches(document, query)


@pytest.mark.django_db
@pytest.mark.parametrize("term", ["o'brien", "back\\slash", "' | 'x", "a & b", "x:*"])
def test_term_is_only_itself_whatever_signs_it_holds(term):
    query = tsquery(Word("surface", (term,)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_to_tsvector(%s) @@ %s::tsquery", [[term], query])
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db
def test_operators_in_the_text_operate_on_nothing():
    document = vector([("A", "Päihdeneuvonta")], "fi")
    assert [matches(document, query) for query in parse("!ero", "fi").by_language["fi"]] == [False]
    assert [matches(document, query) for query in parse("päihde:*", "fi").by_language["fi"]] == [True]


@pytest.mark.django_db
def test_compound_is_found_by_its_parts_written_apart():
    assert matches(
        vector([("D", "Perheiden neuvola")], "fi"), parse("perheneuvola", "fi").by_language["fi"][0]
    )
    assert not matches(
        vector([("D", "Perheiden kerho")], "fi"), parse("perheneuvola", "fi").by_language["fi"][0]
    )


@pytest.mark.parametrize("text", ["", "   ", "??", "\u200b"])
def test_nothing_to_search_by(text):
    assert not parse(text, "fi")


def test_stop_words_ask_for_nothing_in_their_language():
    assert parse("ja ei", "fi").by_language["fi"] == []
    assert len(parse("lapsi ei nuku", "fi").by_language["fi"]) == 2


def test_words_beyond_the_limit_are_cut():
    many = parse(" ".join(f"sana{n}" for n in range(40)), "fi")
    assert {len(words) for words in many.by_language.values()} == {MAX_WORDS}


def test_every_language_is_searched_the_readers_first():
    query = parse("familj", "sv")
    assert next(iter(query.by_language)) == "sv"
    assert set(query.by_language) == {"fi", "sv", "en"}
