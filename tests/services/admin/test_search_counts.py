"""Admin of counted searches."""

import datetime as dt

import pytest
from django.utils import timezone

from services.models import SearchCount
from tests.admin_client import AdminClient
from tests.cast import add_totp

MONDAY = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday())


@pytest.fixture
def create_search_count(db):
    def searched(text, *, times=3, results=0, weeks_ago=0, language="fi", municipality=None):
        return SearchCount.objects.create(
            text=text,
            week=MONDAY - dt.timedelta(weeks=weeks_ago),
            times=times,
            results=results,
            language=language,
            municipality=municipality,
        )

    return searched


def test_most_frequent_searches_without_results_come_first(kaisa_admin, create_search_count):
    create_search_count("found", times=90, results=4)
    create_search_count("seldom", times=5)
    create_search_count("often", times=8)
    assert kaisa_admin.list(SearchCount) == ["often", "seldom", "found"]


def test_rare_searches_are_not_shown(kaisa_admin, sirkka_admin, create_search_count, vantaa):
    alone = create_search_count("alone", times=2)
    create_search_count("two languages", times=2)
    create_search_count("two languages", times=2, language="sv")
    create_search_count("together", times=2)
    create_search_count("together", times=1, weeks_ago=1, municipality=vantaa)
    for desk in (kaisa_admin, sirkka_admin):
        assert desk.list(SearchCount) == ["together", "together"]
        assert desk.open("services_searchcount_changelist", q="alone").all(id="result_list") == []
        desk.open("services_searchcount_change", alone.pk, status=302)


def test_row_shows_all_counted_values(kaisa_admin, create_search_count, vantaa):
    record = create_search_count("velat", times=12, results=2, municipality=vantaa)
    (row,) = kaisa_admin.open("services_searchcount_changelist").one(id="result_list").one("tbody").all("tr")
    assert row.one("th").text == "velat"
    cells = [cell.text for cell in row.all("td")]
    assert cells[:4] == ["Suomi", "Vantaa", "2", "12"]
    assert str(record.week.day) in cells[4]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"results": "none"}, ["none"]),
        ({"results": "few"}, ["three", "one"]),
        ({"results": "more"}, ["four"]),
        ({"results": "x"}, ["none", "three", "four", "one"]),
        ({"weeks": "1"}, ["none", "three", "four"]),
        ({"weeks": "2"}, ["none", "three", "four", "one"]),
        ({"weeks": "x"}, ["none", "three", "four", "one"]),
        ({"language__exact": "sv"}, ["four"]),
    ],
)
def test_list_is_filtered(kaisa_admin, create_search_count, query, names):
    create_search_count("none")
    create_search_count("three", times=9, results=3)
    create_search_count("four", times=8, results=4, language="sv")
    create_search_count("one", times=7, results=1, weeks_ago=1)
    assert kaisa_admin.list(SearchCount, **query) == names


def test_search_counts_are_read_only(kaisa_admin, sirkka_admin, create_search_count):
    record = create_search_count("velat")
    for desk in (kaisa_admin, sirkka_admin):
        desk.open("services_searchcount_add", status=403)
        desk.open("services_searchcount_delete", record.pk, status=403)
        assert desk.open("services_searchcount_change", record.pk).all(name="_save") == []


def test_list_requires_a_coordinator(pirjo, create_search_count):
    create_search_count("velat")
    pirjo.is_staff = True
    pirjo.save()
    add_totp(pirjo)
    AdminClient(pirjo).open("services_searchcount_changelist", status=403)
