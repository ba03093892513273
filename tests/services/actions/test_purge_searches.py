"""Counts of searches are deleted: rare searches after 30 days, all counts after 26 months."""

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
    def create(text, week, times=1, language="fi", municipality=None):
        SearchCount.objects.create(
            text=text, week=week, times=times, language=language, municipality=municipality, results=0
        )

    return create


def remaining_searches():
    return sorted(SearchCount.objects.values_list("text", flat=True))


def test_rare_searches_are_deleted_after_thirty_days(create_search_count):
    for text, week in (("new", THIS_WEEK), ("young", LAST_MONTH), ("old", YOUNGEST_OLD)):
        create_search_count(text, week, times=2)
    create_search_count("often", YOUNGEST_OLD, times=3)
    assert purge_searches(today=TODAY) == PurgeTotals(old=0, rare=1)
    assert remaining_searches() == ["new", "often", "young"]


def test_search_is_counted_over_weeks_and_municipalities(create_search_count, vantaa):
    create_search_count("velat", YOUNGEST_OLD)
    create_search_count("velat", YOUNGEST_OLD, municipality=vantaa)
    create_search_count("velat", THIS_WEEK)
    assert purge_searches(today=TODAY) == PurgeTotals(old=0, rare=0)


def test_same_word_in_another_language_is_another_search(create_search_count):
    create_search_count("terapi", YOUNGEST_OLD, times=2)
    create_search_count("terapi", YOUNGEST_OLD, times=2, language="sv")
    assert purge_searches(today=TODAY) == PurgeTotals(old=0, rare=2)


def test_all_counts_are_deleted_after_26_months(create_search_count):
    create_search_count("velat", dt.date(2024, 9, 16), times=500)
    create_search_count("velat", dt.date(2024, 9, 23), times=500)
    assert purge_searches(today=TODAY) == PurgeTotals(old=1, rare=0)
    assert remaining_searches() == ["velat"]


def test_months_of_different_length(create_search_count):
    create_search_count("before", dt.date(2024, 2, 26), times=3)
    create_search_count("after", dt.date(2024, 3, 4), times=3)
    purge_searches(today=dt.date(2026, 4, 30))
    assert remaining_searches() == ["after"]


def test_counts_that_are_too_old_do_not_keep_the_rest(create_search_count):
    """A second run deletes nothing more."""
    create_search_count("velat", dt.date(2024, 1, 1), times=2)
    create_search_count("velat", YOUNGEST_OLD)
    assert purge_searches(today=TODAY) == PurgeTotals(old=1, rare=1)
    assert purge_searches(today=TODAY) == PurgeTotals(old=0, rare=0)


def test_dry_run_prints_the_same_and_deletes_nothing(create_search_count, capsys):
    create_search_count("velat", dt.date(2024, 1, 1), times=2)
    create_search_count("velat", YOUNGEST_OLD)
    assert purge_searches(today=TODAY, dry_run=True) == PurgeTotals(old=1, rare=1)
    assert remaining_searches() == ["velat", "velat"]
    call_command("purge_searches", dry_run=True)
    call_command("purge_searches")
    call_command("purge_searches")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["1", "1", "0"]
    assert remaining_searches() == []


def test_statement_count_does_not_grow_with_searches(create_search_count):
    def statement_count():
        with CaptureQueriesContext(connection) as captured:
            purge_searches(today=TODAY)
        return len(captured)

    create_search_count("velat", YOUNGEST_OLD)
    few = statement_count()
    for n in range(30):
        create_search_count(f"velat {n}", YOUNGEST_OLD)
    assert statement_count() == few
    assert remaining_searches() == []


def test_grouping_of_searches_uses_an_index(create_search_count):
    create_search_count("velat", YOUNGEST_OLD)
    with connection.cursor() as cursor:
        for method in ("seqscan", "hashjoin", "mergejoin", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{method} = off")
    assert "search_counted_once_a_week" in SearchCount.objects.infrequent().explain()


def test_command_uses_todays_date(create_search_count):
    monday = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday())
    create_search_count("new", monday - dt.timedelta(weeks=3))
    create_search_count("old", monday - dt.timedelta(weeks=6))
    call_command("purge_searches")
    assert remaining_searches() == ["new"]
