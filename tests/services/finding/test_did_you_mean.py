"""Did you mean: words that no text holds, put right by words that are spelt nearly so."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.models import SearchTerm
from services.search import spelling
from services.search.query import parse_query
from tests import cast


@pytest.fixture
def spelling_proposal(visit):
    """The text that the results page proposes, or None."""

    def meant(text, lang="fi", **query):
        proposals = visit("finding:results", lang=lang, q=text, **query).all(class_="did-you-mean")
        return proposals[0].one("a").text if proposals else None

    return meant


# What is put right


@pytest.mark.parametrize("typed", ["lastensujelu", "lastensuojleu", "lastenssuojelu", "lastensuoielu", "LASTENSUJELU"])
def test_letter_missing_swapped_too_many_or_wrong(kivivuori, spelling_proposal, typed):
    cast.service("Lastensuojelu", kivivuori)
    assert spelling_proposal(typed) == "lastensuojelu"


def test_dots_left_out(kivivuori, spelling_proposal):
    cast.service("Väsynyt äiti", kivivuori)
    assert spelling_proposal("aiti vasynyt") == "äiti väsynyt"


def test_misspelt_word_with_an_ending(kivivuori, spelling_proposal):
    cast.service("Velkaneuvonta", kivivuori)
    assert spelling_proposal("velkanevontaan") == "velkaneuvontaan"
    assert spelling_proposal("veklaneuvonatan") == "velkaneuvonta"  # two mistakes


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("velkaneuvonnsata", "velkaneuvonnasta"),
        ("vlekaneuvonnasta", "velkaneuvonnasta"),
        ("elkaneuvonnasta", "velkaneuvonnasta"),
        ("tukihenkiloita", "tukihenkilöitä"),
    ],
)
def test_misspelt_form_is_proposed_in_the_form_that_was_meant(kivivuori, spelling_proposal, typed, right):
    cast.service("Velkaneuvonta", kivivuori)
    cast.service("Tukihenkilö", kivivuori)
    assert spelling_proposal(typed) == right


def test_mistake_in_the_first_letter_needs_a_long_word(kivivuori, spelling_proposal):
    cast.service("Kerho, Rakfest ja Rakfestivaali", kivivuori)
    assert spelling_proposal("ekrho") is None
    assert spelling_proposal("wakfest") is None
    assert spelling_proposal("wakfestivaali") == "rakfestivaali"


def test_word_is_proposed_whole_where_the_index_holds_its_stem(kivivuori, spelling_proposal):
    cast.service({"fi": "Ero", "sv": "Skilsmässor", "en": "Separation"}, kivivuori)
    assert SearchTerm.objects.filter(text="en:separ").exists()
    assert spelling_proposal("seperation", "en") == "separation"
    assert spelling_proposal("skilsmäsor", "sv") == "skilsmässor"


def test_words_for_categories_are_proposed_too(spelling_proposal, db):
    cast.category("Alkoholi", words=["krapula"])
    assert spelling_proposal("krapuula") == "krapula"


def test_other_words_stay_as_they_were_typed(kivivuori, spelling_proposal):
    cast.service("Velkaneuvonta perheille", kivivuori)
    assert spelling_proposal("Apua: VELKANEVONTA, perheille (heti)!") == "Apua: velkaneuvonta, perheille (heti)!"


def test_frequent_word_is_proposed_before_a_rare_one(kivivuori, spelling_proposal):
    cast.service("Kerho", kivivuori)
    cast.services(12, kivivuori, name="Kerma")
    assert spelling_proposal("kermo") == "kerma"


def test_word_misspelt_in_some_text_too(kivivuori, spelling_proposal):
    cast.service("Retki", kivivuori, description_fi="Myös lastensuojleu auttaa.")
    cast.services(25, kivivuori, name="Lastensuojelu")
    assert spelling_proposal("lastensuojleu") == "lastensuojelu"


# What is left alone


@pytest.mark.parametrize(
    "text",
    [
        "velkaneuvonta",
        "velkaneuvontaan",
        "velkaneuvonnasta",
        "velkaneuvonta velkaneuvonta",
        "neuvonta",
        "xyzzyx",
        "vel",
    ],
)
def test_right_words_and_words_like_no_other(kivivuori, spelling_proposal, text):
    cast.service("Velkaneuvonta", kivivuori)
    assert spelling_proposal(text) is None


def test_word_of_the_dictionary_is_meant_as_it_stands(kivivuori, spelling_proposal):
    cast.service("Kanta", kivivuori)
    assert spelling_proposal("kansa") is None
    assert spelling_proposal("kanzta") == "kanta"


@pytest.mark.parametrize("text", ["Kyrkslätt", "kyrkslätt", "Pedersöre"])
def test_municipality_is_no_mistake(kivivuori, spelling_proposal, text):
    cast.service({"fi": "Kirkko", "sv": "Kyrkslott pedersörd"}, kivivuori)
    assert spelling_proposal(text, "sv") is None
    assert spelling_proposal("kyrkslutt", "sv") == "kyrkslott"


@pytest.mark.parametrize("text", ["2024", "116117", "covid19"])
def test_number_is_no_mistake(kivivuori, spelling_proposal, text):
    cast.service("Vuosi 2025, numero 116116 ja covid", kivivuori)
    assert spelling_proposal(text) is None


def test_word_that_no_public_text_holds_any_more_is_not_proposed(kivivuori, spelling_proposal):
    club = cast.service("Velkaneuvonta", kivivuori)
    type(club).objects.update(status="archived")
    cast.index_for_search(club)
    assert spelling_proposal("velkanevonta") is None


# On the page


def test_link_keeps_the_filters(kivivuori, find, open_page):
    cast.service("Velkaneuvonta", kivivuori)
    page = find(q="velkanevonta", sector="ngo", municipality="092", age=7)
    corrected = open_page(page.path + page.one(class_="did-you-mean").one("a")["href"])
    assert corrected.names == ["Velkaneuvonta"]
    assert len(corrected.chips) == len(page.chips) == 4
    assert corrected.all(class_="did-you-mean") == []


def test_proposal_is_there_where_nothing_was_found(kivivuori, find, open_page):
    cast.service("Velkaneuvonta", kivivuori)
    page = find(q="velkanevonta", exact="1")
    assert page.names == []
    corrected = open_page(page.path + page.one(class_="did-you-mean").one("a")["href"])
    assert corrected.names == ["Velkaneuvonta"]
    assert corrected.one("input", type="hidden", name="exact")


def test_without_a_text_there_is_nothing_to_put_right(kivivuori, find):
    cast.service("Velkaneuvonta", kivivuori)
    assert find().all(class_="did-you-mean") == []


def test_proposal_takes_no_statement_of_its_own(kivivuori):
    cast.service("Velkaneuvonta ja perhekerho", kivivuori)
    counted = set()
    for text in ("velkanevonta perhekehro", "velkaneuvonta", "velkaneuvonta velkanevontaan kerho"):
        with CaptureQueriesContext(connection) as captured:
            SearchTerm.objects.plan(parse_query(text, "fi"))
        counted.add(len(captured))
    assert len(counted) == 1


def test_words_are_compared_by_the_index_of_letters(kivivuori):
    cast.services(3, kivivuori, name="Velkaneuvonta")
    words = parse_query("velkanevonta", "fi").words
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE services_searchterm")
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = spelling.similar_words_sql([(words[0], spelling.MIN_SIMILARITY)], "fi", ["fi:velkaneuvonta"])
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "search_term_letters" in plan
    assert "Seq Scan" not in plan
