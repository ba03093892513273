"""Searched words are highlighted on cards."""

import pytest

from services.finding.highlighting import Highlighter
from services.search.ranking import QueryPlan
from tests import cast


def marked(page):
    return [mark.text for card in page.cards for mark in card.all("mark")]


@pytest.fixture
def marked_words(kivivuori, find):
    """The highlighted words of a summary in the results of a search."""

    def search(summary, **query):
        cast.service("Apu", kivivuori, summary_fi=summary)
        return marked(find(**query))

    return search


def test_inflected_words_are_highlighted_in_name_and_summary(kivivuori, find):
    cast.service("Perheneuvolan ryhmä", kivivuori, summary_fi="Kun perheneuvolaan on jonoa.")
    page = find(q="perheneuvola")
    assert marked(page) == ["Perheneuvolan", "perheneuvolaan"]
    assert page.names == ["Perheneuvolan ryhmä"]


@pytest.mark.parametrize(
    ("typed", "summary", "expected"),
    [
        ("perheväkivalta", "Apua perheväkivallan uhreille.", ["perheväkivallan"]),
        ("kuntoutus", "Päihdekuntoutus ja kuntoutuksen tuki.", ["Päihdekuntoutus", "kuntoutuksen"]),
        ("päihdekuntoutus", "Kun päihteet vaivaavat.", ["päihteet"]),
        ("väkivalta", "Perheväkivaltaa kokeneille.", ["Perheväkivaltaa"]),
        ("perheneuvola", "Tämä on perhekerho, ei neuvola.", ["neuvola"]),
        ("mitä ero on", "Mitä ero on? Eron jälkeen.", ["ero", "Eron"]),
        ("ÄITI", "A\u0308idin oma aika", ["Äidin"]),
        ("perheneuvola", "Perhe\u00adneu\u00advolassa", ["Perhe\u00adneu\u00advolassa"]),
    ],
)
def test_highlighted_words(marked_words, typed, summary, expected):
    assert marked_words(summary, q=typed) == expected


def test_no_highlights_without_a_text(marked_words):
    assert marked_words("Kun ero on edessä.") == []


def test_area_is_not_highlighted(marked_words):
    assert marked_words("Ero Vantaalla.", q="ero Vantaalla") == ["Ero"]
    assert marked_words("Ero Vantaalla.", q="ero Vantaalla", place="off")[:2] == ["Ero", "Vantaalla"]


def test_text_in_another_language_is_highlighted_by_its_own_analysis(kivivuori, visit):
    cast.service({"fi": "Eroryhmä", "en": "Separation group"}, kivivuori, summary_fi="Kun ero on edessä.")
    (card,) = visit("finding:results", lang="en", q="ero").cards
    assert card.one(class_="card-summary").one(lang="fi").one("mark").text == "ero"
    (card,) = visit("finding:results", lang="en", q="separation").cards
    assert card.one(class_="card-name").one("mark").text == "Separation"


def test_html_is_escaped(kivivuori, find):
    cast.service("<b>Ero</b> & <mark>riita</mark>", kivivuori, summary_fi="<script>ero</script> <i title='ero'>")
    for typed in ("ero", "<mark>ero</mark>", "script", "&"):
        page = find(q=typed)
        assert all(not card.all(tag) for card in page.cards for tag in ("b", "script", "i"))
    page = find(q="ero")
    assert page.names == ["<b> Ero </b> & <mark>riita</mark>"]
    assert marked(page) == ["Ero", "ero", "ero"]


def test_other_pages_have_no_highlights(kivivuori, open_page, visit):
    club = cast.service("Ero", kivivuori)
    assert not open_page(club).all("mark")
    assert not visit("finding:home").all("mark")


class FakeSearch:
    """The attributes of `Filters` that the highlighter reads."""

    search_text, language, plan = "ahdistuss", "fi", QueryPlan(extra_words=("ahdistus",))


def test_expansions_are_highlighted():
    assert (
        Highlighter.from_filters(FakeSearch()).html("Ahdistuksen hallinta", "fi") == "<mark>Ahdistuksen</mark> hallinta"
    )
