"""The desk: what people search for and do not find."""

import datetime as dt

import pytest
from django.utils import timezone

from services.models import SearchCount
from tests.admin_client import Desk
from tests.cast import with_second_step

MONDAY = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday())


@pytest.fixture
def searched(db):
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


def test_what_is_searched_for_most_and_not_found_comes_first(kaisas_desk, searched):
    searched("found", times=90, results=4)
    searched("seldom", times=5)
    searched("often", times=8)
    assert kaisas_desk.list(SearchCount) == ["often", "seldom", "found"]


def test_what_a_single_person_may_have_searched_for_is_not_shown(kaisas_desk, sirkkas_desk, searched, vantaa):
    alone = searched("alone", times=2)
    searched("two languages", times=2)
    searched("two languages", times=2, language="sv")
    searched("together", times=2)
    searched("together", times=1, weeks_ago=1, municipality=vantaa)
    for desk in (kaisas_desk, sirkkas_desk):
        assert desk.list(SearchCount) == ["together", "together"]
        assert desk.open("services_searchcount_changelist", q="alone").all(id="result_list") == []
        desk.open("services_searchcount_change", alone.pk, status=302)


def test_a_row_tells_all_that_is_counted(kaisas_desk, searched, vantaa):
    record = searched("velat", times=12, results=2, municipality=vantaa)
    (row,) = kaisas_desk.open("services_searchcount_changelist").one(id="result_list").one("tbody").all("tr")
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
def test_narrowing_the_list(kaisas_desk, searched, query, names):
    searched("none")
    searched("three", times=9, results=3)
    searched("four", times=8, results=4, language="sv")
    searched("one", times=7, results=1, weeks_ago=1)
    assert kaisas_desk.list(SearchCount, **query) == names


def test_nobody_changes_what_was_counted(kaisas_desk, sirkkas_desk, searched):
    record = searched("velat")
    for desk in (kaisas_desk, sirkkas_desk):
        desk.open("services_searchcount_add", status=403)
        desk.open("services_searchcount_delete", record.pk, status=403)
        assert desk.open("services_searchcount_change", record.pk).all(name="_save") == []


def test_the_list_is_for_coordinators(pirjo, searched):
    searched("velat")
    pirjo.is_staff = True
    pirjo.save()
    with_second_step(pirjo)
    Desk(pirjo).open("services_searchcount_changelist", status=403)
