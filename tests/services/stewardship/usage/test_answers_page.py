"""Whether families got in: an organisation sees its own answers, coordinators all of theirs, readers none."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.core.freshness import add_months
from services.models import AnswerCount
from tests import cast
from tests.html_page import Page, view_url

from .test_usage_page import table


@pytest.fixture
def club(kivivuori):
    return cast.service("Perhekerho", kivivuori, tags=[cast.category("Arki", under=cast.category("Perhe-elämä"))])


def count(service, answers, outcome="reached", obstacle="", municipality=None, months_ago=1):
    month = add_months(timezone.localdate().replace(day=1), -months_ago)
    AnswerCount.objects.create(
        service=service, month=month, answers=answers, outcome=outcome, obstacle=obstacle, municipality=municipality
    )


def open_as(user, name, *args, status=200, **query):
    browser = Client()
    browser.force_login(user)
    return Page(browser.get(view_url(name, *args, **query)), status)


def answers(page, number=-2):
    """The table of answers is the last but one, that of reasons the last."""
    return table(page, number)


def test_organisation_sees_its_own_from_five_answers_up(satu, kivivuori, parish, club):
    few = cast.service("Perheilta", kivivuori)
    count(club, 16)
    count(club, 8, "tried", "queue")
    count(few, 4)
    count(cast.service("Kerho", parish), 30, "tried", "price")
    page = open_as(satu, "usage:organisation", kivivuori.pk)
    assert answers(page) == {"Perhekerho": ["25", "15", "10", "alle 5", "60 %"]}
    assert table(page, -1)["Jono"] == ["10"]
    assert table(page, -1)["Hinta"] == ["alle 5"]
    count(few, 1, months_ago=2)
    assert list(answers(open_as(satu, "usage:organisation", kivivuori.pk))) == ["Perheilta", "Perhekerho"]
    one = open_as(satu, "usage:organisation", kivivuori.pk, service=few.pk)
    assert answers(one) == {"Perheilta": ["5", "5", "alle 5", "alle 5", "– ei näytetä"]}


def test_answers_of_this_month_are_not_shown_yet(satu, kivivuori, club):
    count(club, 20, months_ago=0)
    assert "ei ole vielä tarpeeksi" in open_as(satu, "usage:organisation", kivivuori.pk).main.text


def test_coordinator_sees_rates_by_theme_municipality_and_reason_the_lowest_first(kaisa, club, vake, vantaa, kerava):
    clinic = cast.service("Perheneuvola", vake, tags=[cast.category("Neuvonta")])
    count(club, 20, municipality=vantaa)
    count(clinic, 10, municipality=kerava)
    count(clinic, 10, "tried", "no-reply", municipality=kerava)
    count(clinic, 5)
    count(cast.service("Etäinen", cast.organisation("Napapiiri", works_in="Rovaniemi")), 50)
    page = open_as(kaisa, "usage:answers")
    assert list(table(page, 0).items()) == [
        ("Neuvonta", ["25", "15", "10", "alle 5", "60 %"]),
        ("Perhe-elämä", ["20", "20", "alle 5", "alle 5", "100 %"]),
    ]
    assert list(table(page, 1)) == ["Kerava", "Vantaa", "Kunta ei ole tiedossa"]
    assert table(page, 2)["Ei vastattu"] == ["10"]
    assert open_as(kaisa, "dashboard:account").main.all("a", href=view_url("usage:answers"))


def test_page_of_coordinators_costs_a_constant_number_of_statements(kaisa, kivivuori, club):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            open_as(kaisa, "usage:answers")
        return len(queries)

    count(club, 20)
    before = statements()
    for service in cast.services(3, kivivuori, tags=[cast.category("Muu")]):
        count(service, 20)
    assert statements() == before


def test_readers_of_a_service_see_nothing_of_answers(open_page, club):
    before = open_page(club).main.text
    count(club, 50)
    count(club, 50, "tried", "queue")
    assert open_page(club).main.text == before
