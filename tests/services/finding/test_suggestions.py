"""What is suggested while somebody types: names and words that begin so, each with a link."""

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
    """What is suggested for a text, kind by kind: suggest("perhe") == {"service": {"Perhekerho": address}}."""

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
    """The names suggested, of all kinds."""
    return lambda text, lang="fi": [name for group in suggest(text, lang).values() for name in group]


def _name(option):
    return option.one(class_="name").text.replace("( ", "(").replace(" )", ")")


# What is found


@pytest.mark.parametrize(
    "typed",
    ["perhei", "Perheiden i", "PERHEIDEN", "iltakahv", "äit", "aiti", "aiti-lapsi", "äiti lapsi", "  perheiden "],
)
def test_name_is_found_by_the_beginning_of_any_word(kivivuori, names, typed):
    cast.service("Perheiden iltakahvila, äiti–lapsi", kivivuori)
    cast.service("Uniohjaus", kivivuori)
    assert names(typed) == ["Perheiden iltakahvila, äiti–lapsi"]


@pytest.mark.parametrize("typed", ["kahvila", "p", "", "   ", "?!", "%%", "__", "%kahvila", "ja uni"])
def test_nothing_else_is(kivivuori, names, typed):
    cast.service("Perheiden iltakahvila ja uniohjaus", kivivuori)
    assert names(typed) == []


def test_all_kinds_with_what_they_lead_to(kivivuori, suggest):
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


def test_category_by_the_words_that_people_use_for_it(suggest, db):
    cast.category("Alkoholi", code="alcohol", words=["juo liikaa"])
    link = view_url("finding:results", category="alcohol")
    assert suggest("juo") == {"category": {"Alkoholi (juo liikaa)": link}}
    assert suggest("alko") == {"category": {"Alkoholi": link}}


def test_category_is_suggested_once_however_many_of_its_words_begin_so(names, db):
    cast.category("Alkoholi", words=["juo liikaa", "juopottelu", "juominen"])
    assert len(names("juo")) == 1


def test_categories_of_one_name_in_two_schemes_are_told_apart(suggest, visit, db):
    cast.category("Ero", code="separation")
    cast.category("Ero", code="ls-separation", scheme="life-situation")
    options = visit("finding:suggest", q="ero").all("a", role="option")
    assert len({option["href"] for option in options}) == len({option.text for option in options}) == 2


def test_place_goes_with_what_is_typed_before_it(suggest, db):
    assert suggest("ero ja lapset vant") == {
        "place": {"Vantaa": view_url("finding:results", q="ero ja lapset", municipality="092")}
    }


def test_organisation_by_its_abbreviation(names, db):
    cast.organisation("Mannerlasten liitto", abbreviation="MNL")
    assert names("mnl") == ["Mannerlasten liitto (MNL)"]


def test_services_of_one_name_are_one_suggestion_that_finds_them_all(kivivuori, vake, suggest, open_page):
    for by in (kivivuori, vake):
        cast.service("Perhekerho", by)
    ((name, link),) = suggest("perhek")["service"].items()
    assert name == "Perhekerho"
    assert open_page(link).names == ["Perhekerho", "Perhekerho"]


def test_service_is_named_with_its_organisation(kivivuori, visit):
    cast.service("Perhekerho", kivivuori)
    (option,) = visit("finding:suggest", q="perhek").all("a", role="option")
    assert option.one("small").text == "Kivivuoren perhetalo"


# Languages


def test_every_language_has_its_own_suggestions_and_addresses(kivivuori, suggest):
    club = cast.service({"fi": "Perhekerho", "sv": "Familjeklubb", "en": "Family club"}, kivivuori)
    assert suggest("famil", "sv") == {"service": {"Familjeklubb": cast.record_url(club, "sv")}}
    assert suggest("famil", "en") == {"service": {"Family club": cast.record_url(club, "en")}}


def test_names_in_other_languages_come_after_those_in_the_readers(kivivuori, names):
    cast.service({"fi": "Kerho", "sv": "Barnklubb"}, kivivuori)
    cast.service("Barnahus", kivivuori)
    assert names("barn") == ["Barnahus", "Kerho (Barnklubb)"]
    assert names("barn", "sv") == ["Barnklubb", "Barnahus"]


def test_text_in_another_language_says_so(kivivuori, visit):
    cast.service({"fi": "Kerho", "sv": "Barnklubb"}, kivivuori)
    page = visit("finding:suggest", q="barn")
    assert [part.text for part in page.all("span", lang="sv")] == ["Barnklubb"]


def test_place_by_its_swedish_name(suggest, db):
    assert suggest("vanda")["place"] == {"Vantaa (Vanda)": view_url("finding:results", municipality="092")}


# Misspellings


@pytest.mark.parametrize("typed", ["velkanevo", "velkaneuvota", "velkaneuvotna"])
def test_nearest_words_where_nothing_begins_as_typed(kivivuori, names, typed):
    cast.service("Velkaneuvonta", kivivuori)
    cast.service("Perhekerho", kivivuori)
    assert names(typed) == ["Velkaneuvonta"]


def test_no_nearest_words_where_something_does(kivivuori, names):
    cast.service("Velkaneuvonta", kivivuori)
    cast.service("Velkaneuvojan tuki", kivivuori)
    assert names("velkaneuvoj") == ["Velkaneuvojan tuki"]


# How many, and in which order


def test_at_most_ten_and_of_each_kind_some(kivivuori, suggest):
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


def test_names_that_begin_so_come_before_those_with_a_later_word(kivivuori, names):
    cast.service("Avoin kerho", kivivuori)
    cast.service("Kerhotoiminta", kivivuori)
    cast.service("Kerho", kivivuori)
    assert names("kerho") == ["Kerho", "Kerhotoiminta", "Avoin kerho"]


def test_names_of_categories_come_before_words_for_them(names, db):
    cast.category("Arki", words=["uni ei tule"])
    cast.category("Uni ja lepo")
    assert names("uni") == ["Uni ja lepo", "Arki (uni ei tule)"]


def test_public_bodies_come_before_other_organisations(names, db):
    cast.organisation("Aallon perheet")
    cast.organisation("Aaltolan kaupunki", "municipality")
    assert names("aal") == ["Aaltolan kaupunki", "Aallon perheet"]


def test_one_name_of_hundreds_hides_no_other(kivivuori, names):
    for _again in range(30):
        cast.service("Kerho", kivivuori, indexed=False)
    cast.service("Kerhotalo", kivivuori, indexed=False)
    cast.index_for_search()
    assert names("kerho") == ["Kerho", "Kerhotalo"]


# What stays out


def test_only_what_is_public_and_on_offer(kivivuori, names):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    cast.service("Kerho nyt", kivivuori)
    cast.service("Kerho luonnos", kivivuori, status="draft")
    cast.service("Kerho ennen", kivivuori, valid_until=yesterday)
    cast.category("Kerhot", replaced_by=cast.category("Harrastus"))
    cast.organisation("Kerholiitto", status="archived")
    assert names("kerho") == ["Kerho nyt"]


def test_word_out_of_use_leads_nowhere(names, db):
    category = cast.category("Alkoholi")
    Synonym.objects.create(category=category, language="fi", text="juo liikaa", is_active=False)
    cast.index_taxonomy(category=category)
    assert names("juo") == []


@pytest.mark.parametrize("text", ["131052-308T", "kerho 131052A308T"])
def test_personal_identity_code_gets_no_answer_that_is_kept(kivivuori, client, text):
    cast.service("Kerho", kivivuori)
    response = client.get(view_url("finding:suggest"), {"q": text})
    assert (response.status_code, response.content) == (200, b"")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    "text", ["\x00kerho", "ker\u00adho", "kerho\x7f", "<b>kerho</b>", "kerho' --", "x" * 5000, "\ud83d"]
)
def test_any_text_is_answered(kivivuori, client, text):
    cast.service("Kerho", kivivuori)
    assert client.get(view_url("finding:suggest"), {"q": text.encode("utf-8", "surrogatepass")}).status_code == 200


# The answer


def test_answer_may_be_kept_for_everybody(client, kivivuori):
    cast.service("Kerho", kivivuori)
    response = client.get(view_url("finding:suggest"), {"q": "kerho"})
    assert "public" in response["Cache-Control"] and "max-age" in response["Cache-Control"]
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


def test_answer_is_a_list_of_options_in_named_groups(kivivuori, visit):
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


def test_answer_takes_one_statement_and_another_two_where_nothing_begins_so(kivivuori, client):
    cast.services(20, kivivuori, name="Kerho")
    cast.category("Kerhot", words=["kerhossa käynti"])

    def statements(text):
        with CaptureQueriesContext(connection) as captured:
            client.get(view_url("finding:suggest"), {"q": text})
        return len(captured)

    assert (statements("kerho"), statements("kherho"), statements("k")) == (1, 3, 0)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", ["finding:home", "finding:results"])
def test_search_boxes_know_where_to_ask(visit, db, view, lang):
    box = visit(view, lang=lang).one("input", id="q")
    assert box["data-suggest"] == view_url("finding:suggest", lang=lang)
    assert box["type"] == "search" and "role" not in box  # without its script a plain search box
