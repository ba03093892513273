"""The usage statistics of an organisation: tables with bars."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.core.freshness import add_months
from services.models import UsageCount
from tests import cast
from tests.html_page import view_url
from tests.services.stewardship.editing.service_form import EditorClient


@pytest.fixture
def club(kivivuori):
    return cast.service("Perhekerho", kivivuori)


@pytest.fixture
def create_usage_count(kivivuori):
    """Count uses: create_usage_count(club, 2, opened=40) two months ago."""

    def create(service, months_ago=0, organisation=kivivuori, **numbers):
        month = add_months(timezone.localdate().replace(day=1), -months_ago)
        UsageCount.objects.create(organisation=organisation, service=service, month=month, **numbers)

    return create


@pytest.fixture
def usage_page(satu, kivivuori):
    def open_page(status=200, lang="fi", **query):
        return EditorClient(satu).open(view_url("usage:organisation", kivivuori.pk, lang=lang, **query), status)

    return open_page


def table(page, number=0):
    """The numbers of a table by row."""
    rows = {}
    for row in page.main.all("table")[number].all("tr")[1:]:
        if row.all("th"):
            name = row.one("th").text
        if row.all("td"):
            rows[name] = [cell.text for cell in row.all("td")]
    return rows


def test_months_are_summed_newest_first(usage_page, create_usage_count, club):
    create_usage_count(club, 0, shown=30, opened=4)
    create_usage_count(club, 1, shown=10, opened=2, saved=1, listed=2, contacted=1)
    create_usage_count(None, 1, opened=5)
    create_usage_count(club, 12, opened=1000)
    rows = list(table(usage_page()).items())
    assert len(rows) == 12
    assert [numbers for _month, numbers in rows[:3]] == [["30", "4", "0", "0"], ["10", "7", "3", "1"], ["0"] * 4]
    today = timezone.localdate()
    assert rows[0][0] == f"{today.month}/{today.year}"


def test_services_are_compared_most_opened_first(usage_page, create_usage_count, club, kivivuori):
    busy = cast.service("Perheneuvonta", kivivuori)
    cast.service("Luonnos", kivivuori, status="draft", indexed=False)
    create_usage_count(club, opened=1)
    create_usage_count(busy, opened=9)
    create_usage_count(busy, 3, opened=2)
    create_usage_count(None, contacted=6)
    rows = table(usage_page(), 1)
    assert list(rows)[:2] == ["Perheneuvonta", "Perhekerho"]
    assert rows["Perheneuvonta"][1] == "11"
    assert list(rows.values())[-1][3] == "6"
    assert len(rows) == 3


def test_page_can_be_limited_to_one_service(usage_page, create_usage_count, club, kivivuori):
    other = cast.service("Perheneuvonta", kivivuori)
    create_usage_count(club, opened=1)
    create_usage_count(other, opened=9)
    page = usage_page(service=club.pk)
    assert next(iter(table(page).values()))[1] == "1"
    assert len(page.main.all("table")) == 1


@pytest.mark.parametrize("service", ["0", "x", "99999999"])
def test_services_of_other_organisations_are_not_found(usage_page, service, club):
    usage_page(404, service=service)
    other = cast.service("Muiden kerho", cast.organisation("Toinen"))
    usage_page(404, service=other.pk)


def test_bars_are_proportional_to_their_numbers(usage_page, create_usage_count, club):
    create_usage_count(club, 0, opened=50)
    create_usage_count(club, 1, opened=25)
    rows = usage_page().main.all("table")[0].one("tbody").all("tr")
    assert [row.all("rect")[1]["width"] for row in rows[:3]] == ["100", "50", "0"]


def test_page_is_linked_from_the_pages_of_the_organisation(satu, kivivuori):
    links = {link["href"] for link in EditorClient(satu).list(kivivuori).main.all("a")}
    assert view_url("usage:organisation", kivivuori.pk) in links


def test_query_count_does_not_grow_with_services(usage_page, create_usage_count, club, kivivuori):
    with CaptureQueriesContext(connection) as few:
        usage_page()
    for service in cast.services(8, kivivuori):
        create_usage_count(service, shown=1)
    with CaptureQueriesContext(connection) as many:
        usage_page()
    assert len(many) == len(few)


def test_swedish_and_english(usage_page, create_usage_count, club):
    create_usage_count(club, opened=1)
    for lang in ("sv", "en"):
        assert usage_page(lang=lang).language == lang
