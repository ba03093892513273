"""The front page: the search, and ways in for those who do not know the word."""

from tests import cast
from tests.page import address


def test_search_leads_to_the_results(visit, db):
    form = visit("finding:home").main.one("form", role="search")
    assert form["action"] == address("finding:results")
    assert form.one("input", name="q")
    assert len(form.one("select", name="municipality").all("option")) == 309


def test_ways_in_by_situation_task_and_theme(kivivuori, visit):
    theme = cast.category({"fi": "Raha", "sv": "Pengar"}, code="money")
    cast.category("Velat", code="debts", under=theme)
    cast.category("Ero", code="separation", scheme="life-situation")
    cast.category("Vanhemmuus", code="fc-parenthood", scheme="family-centre-task")
    page = visit("finding:home", lang="sv")
    links = {link.text: link["href"] for link in page.main.all("a") if "category=" in link["href"]}
    assert links == {
        "Pengar": address("finding:results", lang="sv", category="money"),
        "Ero": address("finding:results", lang="sv", category="separation"),
        "Vanhemmuus": address("finding:results", lang="sv", category="fc-parenthood"),
    }


def test_freshest_services(kivivuori, visit):
    cast.services(6, kivivuori)
    assert len(visit("finding:home").cards) == 4


def test_how_many_there_are(kivivuori, visit):
    cast.services(7, kivivuori)
    assert "7" in visit("finding:home").one(class_="lead").text


def test_empty_directory_says_so(visit, db):
    page = visit("finding:home")
    assert page.cards == []
    assert page.main.all(class_="notice")
