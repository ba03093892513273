"""Searches are forgotten: rare ones soon, all of them in the end."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from services.actions.purge_searches import PurgeTotals, purge_searches
from services.models import SearchCount

TODAY = dt.date(2026, 11, 22)
THIS_WEEK, LAST_MONTH, YOUNGEST_OLD = dt.date(2026, 11, 16), dt.date(2026, 10, 26), dt.date(2026, 10, 19)


@pytest.fixture
def create_search_count(vantaa):
    def searched(text, week, times=1, language="fi", municipality=None):
        SearchCount.objects.create(
            text=text, week=week, times=times, language=language, municipality=municipality, results=0
        )

    return searched


def remaining_searches():
    return sorted(SearchCount.objects.values_list("text", flat=True))


def test_rare_searches_go_after_thirty_days(create_search_count):
    for text, week in (("new", THIS_WEEK), ("young", LAST_MONTH), ("old", YOUNGEST_OLD)):
        create_search_count(text, week, times=2)
    create_search_count("often", YOUNGEST_OLD, times=3)
    assert purge_searches(today=TODAY) == PurgeTotals(old=0, rare=1)
    assert remaining_searches() == ["new", "often", "young"]


def test_a_search_is_not_rare_that_was_made_in_several_weeks_or_municipalities(create_search_count, vantaa):
    create_search_count("velat", YOUNGEST_OLD)
    create_search_count("velat", YOUNGEST_OLD, municipality=vantaa)
    create_search_count("velat", THIS_WEEK)
    assert purge_searches(today=TODAY) == PurgeTotals(old=0, rare=0)


def test_the_same_word_in_another_language_is_another_search(create_search_count):
    create_search_count("terapi", YOUNGEST_OLD, times=2)
    create_search_count("terapi", YOUNGEST_OLD, times=2, language="sv")
    assert purge_searches(today=TODAY) == PurgeTotals(old=0, rare=2)


def test_everything_goes_after_26_months(create_search_count):
    create_search_count("velat", dt.date(2024, 9, 16), times=500)
    create_search_count("velat", dt.date(2024, 9, 23), times=500)
    assert purge_searches(today=TODAY) == PurgeTotals(old=1, rare=0)
    assert remaining_searches() == ["velat"]


def test_months_of_different_length(create_search_count):
    create_search_count("before", dt.date(2024, 2, 26), times=3)
    create_search_count("after", dt.date(2024, 3, 4), times=3)
    purge_searches(today=dt.date(2026, 4, 30))
    assert remaining_searches() == ["after"]


def test_what_is_too_old_does_not_keep_the_rest(create_search_count):
    """A second run finds nothing that the first has left."""
    create_search_count("velat", dt.date(2024, 1, 1), times=2)
    create_search_count("velat", YOUNGEST_OLD)
    assert purge_searches(today=TODAY) == PurgeTotals(old=1, rare=1)
    assert purge_searches(today=TODAY) == PurgeTotals(old=0, rare=0)


def test_a_dry_run_tells_the_same_and_removes_nothing(create_search_count, capsys):
    create_search_count("velat", dt.date(2024, 1, 1), times=2)
    create_search_count("velat", YOUNGEST_OLD)
    assert purge_searches(today=TODAY, dry_run=True) == PurgeTotals(old=1, rare=1)
    assert remaining_searches() == ["velat", "velat"]
    call_command("purge_searches", dry_run=True)
    call_command("purge_searches")
    call_command("purge_searches")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["1", "1", "0"]
    assert remaining_searches() == []


def test_many_searches_take_no_more_statements_than_few(create_search_count):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            purge_searches(today=TODAY)
        return len(captured)

    create_search_count("velat", YOUNGEST_OLD)
    few = statements()
    for n in range(30):
        create_search_count(f"velat {n}", YOUNGEST_OLD)
    assert statements() == few
    assert remaining_searches() == []


def test_what_is_asked_together_is_found_by_an_index(create_search_count):
    create_search_count("velat", YOUNGEST_OLD)
    with connection.cursor() as cursor:
        for way in ("seqscan", "hashjoin", "mergejoin", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    assert "search_counted_once_a_week" in SearchCount.objects.infrequent().explain()


def test_the_command_goes_by_todays_date(create_search_count):
    monday = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday())
    create_search_count("new", monday - dt.timedelta(weeks=3))
    create_search_count("old", monday - dt.timedelta(weeks=6))
    call_command("purge_searches")
    assert remaining_searches() == ["new"]
