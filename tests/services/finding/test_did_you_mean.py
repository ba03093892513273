""" "Did you mean": words that no text contains are corrected to similarly spelt ones."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.models import SearchTerm
from services.search import typo_corrections
from services.search.query import parse_query
from tests import cast


@pytest.fixture
def spelling_proposal(visit):
    """The corrected text on the results page, or None."""

    def meant(text, lang="fi", **query):
        proposals = visit("finding:results", lang=lang, q=text, **query).all(class_="did-you-mean")
        return proposals[0].one("a").text if proposals else None

    return meant


# Corrected


@pytest.mark.parametrize("typed", ["lastensujelu", "lastensuojleu", "lastenssuojelu", "lastensuoielu", "LASTENSUJELU"])
def test_missing_swapped_extra_or_wrong_letter(kivivuori, spelling_proposal, typed):
    cast.service("Lastensuojelu", kivivuori)
    assert spelling_proposal(typed) == "lastensuojelu"


def test_missing_umlauts(kivivuori, spelling_proposal):
    cast.service("Väsynyt äiti", kivivuori)
    assert spelling_proposal("aiti vasynyt") == "äiti väsynyt"


def test_misspelt_inflected_word(kivivuori, spelling_proposal):
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
def test_correction_keeps_the_inflection(kivivuori, spelling_proposal, typed, right):
    cast.service("Velkaneuvonta", kivivuori)
    cast.service("Tukihenkilö", kivivuori)
    assert spelling_proposal(typed) == right


def test_wrong_first_letter_is_corrected_in_long_words_only(kivivuori, spelling_proposal):
    cast.service("Kerho, Rakfest ja Rakfestivaali", kivivuori)
    assert spelling_proposal("ekrho") is None
    assert spelling_proposal("wakfest") is None
    assert spelling_proposal("wakfestivaali") == "rakfestivaali"


def test_correction_is_a_whole_word_for_an_indexed_stem(kivivuori, spelling_proposal):
    cast.service({"fi": "Ero", "sv": "Skilsmässor", "en": "Separation"}, kivivuori)
    assert SearchTerm.objects.filter(text="en:separ").exists()
    assert spelling_proposal("seperation", "en") == "separation"
    assert spelling_proposal("skilsmäsor", "sv") == "skilsmässor"


def test_correction_may_be_a_category_synonym(spelling_proposal, db):
    cast.category("Alkoholi", words=["krapula"])
    assert spelling_proposal("krapuula") == "krapula"


def test_other_words_are_unchanged(kivivuori, spelling_proposal):
    cast.service("Velkaneuvonta perheille", kivivuori)
    assert spelling_proposal("Apua: VELKANEVONTA, perheille (heti)!") == "Apua: velkaneuvonta, perheille (heti)!"


def test_frequent_word_is_preferred_to_a_rare_one(kivivuori, spelling_proposal):
    cast.service("Kerho", kivivuori)
    cast.services(12, kivivuori, name="Kerma")
    assert spelling_proposal("kermo") == "kerma"


def test_misspelling_in_a_text_is_still_corrected(kivivuori, spelling_proposal):
    cast.service("Retki", kivivuori, description_fi="Myös lastensuojleu auttaa.")
    cast.services(25, kivivuori, name="Lastensuojelu")
    assert spelling_proposal("lastensuojleu") == "lastensuojelu"


# Not corrected


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
def test_correct_words_and_unlike_words_are_not_corrected(kivivuori, spelling_proposal, text):
    cast.service("Velkaneuvonta", kivivuori)
    assert spelling_proposal(text) is None


def test_dictionary_word_is_not_corrected(kivivuori, spelling_proposal):
    cast.service("Kanta", kivivuori)
    assert spelling_proposal("kansa") is None
    assert spelling_proposal("kanzta") == "kanta"


@pytest.mark.parametrize("text", ["Kyrkslätt", "kyrkslätt", "Pedersöre"])
def test_municipality_is_not_corrected(kivivuori, spelling_proposal, text):
    cast.service({"fi": "Kirkko", "sv": "Kyrkslott pedersörd"}, kivivuori)
    assert spelling_proposal(text, "sv") is None
    assert spelling_proposal("kyrkslutt", "sv") == "kyrkslott"


@pytest.mark.parametrize("text", ["2024", "116117", "covid19"])
def test_number_is_not_corrected(kivivuori, spelling_proposal, text):
    cast.service("Vuosi 2025, numero 116116 ja covid", kivivuori)
    assert spelling_proposal(text) is None


def test_word_of_unpublished_texts_is_not_suggested(kivivuori, spelling_proposal):
    club = cast.service("Velkaneuvonta", kivivuori)
    type(club).objects.update(status="archived")
    cast.index_for_search(club)
    assert spelling_proposal("velkanevonta") is None


# On the page


def test_correction_link_keeps_the_filters(kivivuori, find, open_page):
    cast.service("Velkaneuvonta", kivivuori)
    page = find(q="velkanevonta", sector="ngo", municipality="092", age=7)
    corrected = open_page(page.path + page.one(class_="did-you-mean").one("a")["href"])
    assert corrected.names == ["Velkaneuvonta"]
    assert len(corrected.chips) == len(page.chips) == 4
    assert corrected.all(class_="did-you-mean") == []


def test_correction_is_shown_without_results(kivivuori, find, open_page):
    cast.service("Velkaneuvonta", kivivuori)
    page = find(q="velkanevonta", exact="1")
    assert page.names == []
    corrected = open_page(page.path + page.one(class_="did-you-mean").one("a")["href"])
    assert corrected.names == ["Velkaneuvonta"]
    assert corrected.one("input", type="hidden", name="exact")


def test_no_correction_without_a_text(kivivuori, find):
    cast.service("Velkaneuvonta", kivivuori)
    assert find().all(class_="did-you-mean") == []


def test_correction_takes_no_query_of_its_own(kivivuori):
    cast.service("Velkaneuvonta ja perhekerho", kivivuori)
    counted = set()
    for text in ("velkanevonta perhekehro", "velkaneuvonta", "velkaneuvonta velkanevontaan kerho"):
        with CaptureQueriesContext(connection) as captured:
            SearchTerm.objects.plan(parse_query(text, "fi"))
        counted.add(len(captured))
    assert len(counted) == 1


def test_similar_words_are_searched_with_the_trigram_index(kivivuori):
    cast.services(3, kivivuori, name="Velkaneuvonta")
    words = parse_query("velkanevonta", "fi").words
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE services_searchterm")
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = typo_corrections.similar_words_sql(
            [(words[0], typo_corrections.MIN_SIMILARITY)], "fi", ["fi:velkaneuvonta"]
        )
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "search_term_letters" in plan
    assert "Seq Scan" not in plan
