"""Search suggestions while typing: names and synonyms with their links."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from services.models import Synonym
from tests import cast
from tests.html_page import view_url

LANGUAGES = ("fi", "sv", "en")


@pytest.fixture
def suggest(visit):
    """The suggestions for a text by kind: suggest("perhe") == {"service": {"Perhekerho": url}}."""

    def suggest(text, lang="fi"):
        page = visit("finding:suggest", lang=lang, q=text)
        return {
            group["aria-labelledby"].removeprefix("q-"): {
                _name(option): option["href"] for option in group.all("a", role="option")
            }
            for group in page.all(role="group")
        }

    return suggest


@pytest.fixture
def names(suggest):
    """The suggested names of all kinds."""
    return lambda text, lang="fi": [name for group in suggest(text, lang).values() for name in group]


def _name(option):
    return option.one(class_="name").text.replace("( ", "(").replace(" )", ")")


# Matches


@pytest.mark.parametrize(
    "typed",
    ["perhei", "Perheiden i", "PERHEIDEN", "iltakahv", "äit", "aiti", "aiti-lapsi", "äiti lapsi", "  perheiden "],
)
def test_name_is_suggested_by_the_start_of_any_word(kivivuori, names, typed):
    cast.service("Perheiden iltakahvila, äiti–lapsi", kivivuori)
    cast.service("Uniohjaus", kivivuori)
    assert names(typed) == ["Perheiden iltakahvila, äiti–lapsi"]


@pytest.mark.parametrize("typed", ["kahvila", "p", "", "   ", "?!", "%%", "__", "%kahvila", "ja uni"])
def test_other_names_are_not_suggested(kivivuori, names, typed):
    cast.service("Perheiden iltakahvila ja uniohjaus", kivivuori)
    assert names(typed) == []


def test_all_kinds_with_their_links(kivivuori, suggest):
    cast.category("Vanhemmuus", code="parenthood")
    club = cast.service("Vantaan perhekerho", kivivuori)
    town = cast.organisation("Vantaan kaupunki", "municipality")
    results = view_url("finding:results")
    assert suggest("van") == {
        "category": {"Vanhemmuus": f"{results}?category=parenthood"},
        "service": {"Vantaan perhekerho": cast.record_url(club)},
        "organisation": {"Vantaan kaupunki": cast.record_url(town)},
        "place": {"Vantaa": f"{results}?municipality=092"},
    }


def test_category_is_suggested_by_its_synonyms(suggest, db):
    cast.category("Alkoholi", code="alcohol", words=["juo liikaa"])
    link = view_url("finding:results", category="alcohol")
    assert suggest("juo") == {"category": {"Alkoholi (juo liikaa)": link}}
    assert suggest("alko") == {"category": {"Alkoholi": link}}


def test_category_with_several_matching_synonyms_is_suggested_once(names, db):
    cast.category("Alkoholi", words=["juo liikaa", "juopottelu", "juominen"])
    assert len(names("juo")) == 1


def test_categories_with_the_same_name_are_distinguished_by_scheme(suggest, visit, db):
    cast.category("Ero", code="separation")
    cast.category("Ero", code="ls-separation", scheme="life-situation")
    options = visit("finding:suggest", q="ero").all("a", role="option")
    assert len({option["href"] for option in options}) == len({option.text for option in options}) == 2


def test_municipality_keeps_the_text_before_it(suggest, db):
    assert suggest("ero ja lapset vant") == {
        "place": {"Vantaa": view_url("finding:results", q="ero ja lapset", municipality="092")}
    }


def test_organisation_is_suggested_by_its_abbreviation(names, db):
    cast.organisation("Mannerlasten liitto", abbreviation="MNL")
    assert names("mnl") == ["Mannerlasten liitto (MNL)"]


def test_services_with_the_same_name_are_one_suggestion(kivivuori, vake, suggest, open_page):
    for by in (kivivuori, vake):
        cast.service("Perhekerho", by)
    ((name, link),) = suggest("perhek")["service"].items()
    assert name == "Perhekerho"
    assert open_page(link).names == ["Perhekerho", "Perhekerho"]


def test_service_is_suggested_with_its_organisation(kivivuori, visit):
    cast.service("Perhekerho", kivivuori)
    (option,) = visit("finding:suggest", q="perhek").all("a", role="option")
    assert option.one("small").text == "Kivivuoren perhetalo"


# Languages


def test_suggestions_and_urls_by_language(kivivuori, suggest):
    club = cast.service({"fi": "Perhekerho", "sv": "Familjeklubb", "en": "Family club"}, kivivuori)
    assert suggest("famil", "sv") == {"service": {"Familjeklubb": cast.record_url(club, "sv")}}
    assert suggest("famil", "en") == {"service": {"Family club": cast.record_url(club, "en")}}


def test_names_in_other_languages_come_last(kivivuori, names):
    cast.service({"fi": "Kerho", "sv": "Barnklubb"}, kivivuori)
    cast.service("Barnahus", kivivuori)
    assert names("barn") == ["Barnahus", "Kerho (Barnklubb)"]
    assert names("barn", "sv") == ["Barnklubb", "Barnahus"]


def test_text_in_another_language_has_a_language_attribute(kivivuori, visit):
    cast.service({"fi": "Kerho", "sv": "Barnklubb"}, kivivuori)
    page = visit("finding:suggest", q="barn")
    assert [part.text for part in page.all("span", lang="sv")] == ["Barnklubb"]


def test_municipality_is_suggested_by_its_swedish_name(suggest, db):
    assert suggest("vanda")["place"] == {"Vantaa (Vanda)": view_url("finding:results", municipality="092")}


# Misspellings


@pytest.mark.parametrize("typed", ["velkanevo", "velkaneuvota", "velkaneuvotna"])
def test_similar_words_without_an_exact_start(kivivuori, names, typed):
    cast.service("Velkaneuvonta", kivivuori)
    cast.service("Perhekerho", kivivuori)
    assert names(typed) == ["Velkaneuvonta"]


def test_no_similar_words_with_an_exact_start(kivivuori, names):
    cast.service("Velkaneuvonta", kivivuori)
    cast.service("Velkaneuvojan tuki", kivivuori)
    assert names("velkaneuvoj") == ["Velkaneuvojan tuki"]


# Limits and order


def test_at_most_ten_with_some_of_each_kind(kivivuori, suggest):
    cast.services(6, kivivuori, name="Vapaa")
    for number in range(6):
        cast.category(f"Vaihe {number}")
        cast.organisation(f"Valo {number}")
    kinds = {kind: len(options) for kind, options in suggest("va").items()}
    assert sum(kinds.values()) == 10
    assert set(kinds.values()) <= {2, 3}


def test_at_most_four_of_a_kind(kivivuori, suggest):
    cast.services(6, kivivuori, name="Kerho")
    assert list(suggest("kerho")["service"]) == ["Kerho 01", "Kerho 02", "Kerho 03", "Kerho 04"]


def test_match_of_the_first_word_comes_first(kivivuori, names):
    cast.service("Avoin kerho", kivivuori)
    cast.service("Kerhotoiminta", kivivuori)
    cast.service("Kerho", kivivuori)
    assert names("kerho") == ["Kerho", "Kerhotoiminta", "Avoin kerho"]


def test_category_names_come_before_synonyms(names, db):
    cast.category("Arki", words=["uni ei tule"])
    cast.category("Uni ja lepo")
    assert names("uni") == ["Uni ja lepo", "Arki (uni ei tule)"]


def test_public_bodies_come_before_other_organisations(names, db):
    cast.organisation("Aallon perheet")
    cast.organisation("Aaltolan kaupunki", "municipality")
    assert names("aal") == ["Aaltolan kaupunki", "Aallon perheet"]


def test_frequent_name_does_not_hide_others(kivivuori, names):
    for _again in range(30):
        cast.service("Kerho", kivivuori, indexed=False)
    cast.service("Kerhotalo", kivivuori, indexed=False)
    cast.index_for_search()
    assert names("kerho") == ["Kerho", "Kerhotalo"]


# Exclusions


def test_only_public_services_on_offer(kivivuori, names):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    cast.service("Kerho nyt", kivivuori)
    cast.service("Kerho luonnos", kivivuori, status="draft")
    cast.service("Kerho ennen", kivivuori, valid_until=yesterday)
    cast.category("Kerhot", replaced_by=cast.category("Harrastus"))
    cast.organisation("Kerholiitto", status="archived")
    assert names("kerho") == ["Kerho nyt"]


def test_inactive_synonym_is_not_suggested(names, db):
    category = cast.category("Alkoholi")
    Synonym.objects.create(category=category, language="fi", text="juo liikaa", is_active=False)
    cast.index_taxonomy(category)
    assert names("juo") == []


@pytest.mark.parametrize("text", ["131052-308T", "kerho 131052A308T"])
def test_response_to_an_identity_code_is_not_cached(kivivuori, client, text):
    cast.service("Kerho", kivivuori)
    response = client.get(view_url("finding:suggest"), {"q": text})
    assert (response.status_code, response.content) == (200, b"")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "text", ["\x00kerho", "ker\u00adho", "kerho\x7f", "<b>kerho</b>", "kerho' --", "x" * 5000, "\ud83d"]
)
def test_any_text_is_accepted(kivivuori, client, text):
    cast.service("Kerho", kivivuori)
    assert client.get(view_url("finding:suggest"), {"q": text.encode("utf-8", "surrogatepass")}).status_code == 200


# Response


def test_response_is_publicly_cacheable(client, kivivuori):
    cast.service("Kerho", kivivuori)
    response = client.get(view_url("finding:suggest"), {"q": "kerho"})
    assert "public" in response["Cache-Control"] and "max-age" in response["Cache-Control"]
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


def test_response_is_a_listbox_with_named_groups(kivivuori, visit):
    cast.service("Kerho", kivivuori)
    cast.category("Kerhot")
    page = visit("finding:suggest", q="kerho")
    listbox = page.one(role="listbox")
    assert listbox["aria-label"] and "2" in listbox["data-message"]
    ids = [element["id"] for element in page.all(id=True)]
    assert len(ids) == len(set(ids))
    for group in listbox.all(role="group"):
        assert page.one(id=group["aria-labelledby"]).text
        assert all(option["aria-selected"] == "false" for option in group.all("a", role="option"))


def test_number_of_queries(kivivuori, client):
    cast.services(20, kivivuori, name="Kerho")
    cast.category("Kerhot", words=["kerhossa käynti"])

    def statements(text):
        with CaptureQueriesContext(connection) as captured:
            client.get(view_url("finding:suggest"), {"q": text})
        return len(captured)

    assert (statements("kerho"), statements("kherho"), statements("k")) == (1, 3, 0)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", ["finding:home", "finding:results"])
def test_search_fields_have_the_suggestion_url(visit, db, view, lang):
    box = visit(view, lang=lang).one("input", id="q")
    assert box["data-suggest"] == view_url("finding:suggest", lang=lang)
    assert box["type"] == "search" and "role" not in box  # a plain search field without the script
