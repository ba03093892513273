"""The home page: search form, categories and freshest services."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import cast
from tests.html_page import view_url


def test_search_form_leads_to_the_results(visit, db):
    form = visit("finding:home").main.one("form", role="search")
    assert form["action"] == view_url("finding:results")
    assert form.one("input", name="q")
    assert len(form.one("select", name="municipality").all("option")) == 309


def test_links_by_situation_task_and_theme(kivivuori, visit):
    theme = cast.category({"fi": "Raha", "sv": "Pengar"}, code="money")
    cast.category("Velat", code="debts", under=theme)
    cast.category("Ero", code="separation", scheme="life-situation")
    cast.category("Vanhemmuus", code="fc-parenthood", scheme="family-centre-task")
    page = visit("finding:home", lang="sv")
    links = {link.text: link["href"] for link in page.main.all("a") if "category=" in link["href"]}
    assert links == {
        "Pengar": view_url("finding:results", lang="sv", category="money"),
        "Ero": view_url("finding:results", lang="sv", category="separation"),
        "Vanhemmuus": view_url("finding:results", lang="sv", category="fc-parenthood"),
    }


def test_freshest_services(kivivuori, visit):
    cast.services(6, kivivuori)
    assert len(visit("finding:home").cards) == 4


def test_total_number_of_services(kivivuori, visit):
    cast.services(7, kivivuori)
    assert "7" in visit("finding:home").one(class_="lead").text


def test_empty_directory_has_a_notice(visit, db):
    page = visit("finding:home")
    assert page.cards == []
    assert page.main.all(class_="notice")


def test_freshest_services_are_of_mixed_sectors(kivivuori, vake, parish, visit):
    now = timezone.now()
    for n in range(5):
        cast.service(f"Kerho {n}", kivivuori, assured_at=now - dt.timedelta(hours=n))
    cast.service("Perhetyö", vake, assured_at=now - dt.timedelta(days=1))
    cast.service("Diakonia", parish, assured_at=now - dt.timedelta(days=2))
    assert visit("finding:home").names == ["Kerho 0", "Kerho 1", "Perhetyö", "Diakonia"]


def test_freshest_services_are_on_offer(kivivuori, visit):
    cast.service("Päättynyt", kivivuori, valid_until=timezone.localdate() - dt.timedelta(days=1))
    cast.service("Luonnos", kivivuori, status="draft")
    assert visit("finding:home").cards == []


def test_number_of_queries_does_not_grow_with_services(kivivuori, vake, visit):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            visit("finding:home")
        return len(captured)

    cast.service("Perhekerho", kivivuori)
    few = queries()
    cast.services(30, vake)
    assert queries() == few
