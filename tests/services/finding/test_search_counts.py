"""Searches are counted by week, without storing who searched."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from services.models import SearchCount
from tests import cast


@pytest.fixture(autouse=True)
def club(kivivuori):
    return cast.service("Perhekerho", kivivuori)


@pytest.fixture
def ask(client):
    """Request the results page with headers: ask(headers={...}, q="ero")."""

    def ask(method="get", lang="fi", headers=None, **query):
        response = getattr(client, method)(cast.view_url("finding:results", lang=lang, **query), headers=headers)
        assert response.status_code == 200
        return response

    return ask


@pytest.fixture
def other_transaction(db):
    """A transaction of another connection, rolled back at the end."""
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        yield cursor
    other.rollback()
    other.close()


def search_counts(*fields):
    return sorted(SearchCount.objects.values_list(*fields or ("text", "times")))


def test_search_is_counted_with_its_number_of_results(ask):
    for _ in range(3):
        ask(q=" Perhekerho ")
    ask(q="perhekerho")
    ask(q="velat")
    assert search_counts("text", "times", "results") == [("perhekerho", 4, 1), ("velat", 1, 0)]


def test_latest_number_of_results_is_stored(ask, kivivuori):
    ask(q="perhekerho")
    cast.service("Perhekerho illalla", kivivuori)
    ask(q="perhekerho")
    assert search_counts("times", "results") == [(2, 2)]


def test_weeks_languages_and_municipalities_are_counted_separately(ask, vantaa, kerava):
    ask(q="kerho")
    ask(q="kerho", lang="sv")
    for municipality in (vantaa, kerava, kerava):
        ask(q="kerho", municipality=municipality.pk)
    SearchCount.objects.filter(municipality=vantaa).update(week=dt.date(2026, 1, 5))
    ask(q="kerho", municipality=vantaa.pk)
    assert [SearchCount.objects.filter(**which).count() for which in ({}, {"municipality": None})] == [5, 2]
    assert SearchCount.objects.get(municipality=kerava).times == 2


def test_the_day_is_not_stored(ask):
    ask(q="kerho")
    (week,) = SearchCount.objects.values_list("week", flat=True)
    assert week.weekday() == 0
    assert dt.timedelta(0) <= timezone.localdate() - week < dt.timedelta(days=7)
    assert {field.name for field in SearchCount._meta.fields} == {
        *("id", "week", "language", "text", "municipality", "results", "times"),
    }


def test_the_age_is_not_stored(ask):
    ask(q="kerho", age=7)
    assert search_counts() == [("kerho", 1)]


@pytest.mark.parametrize("text", ["Matti Virtanen", "131052-308T", "soita 040 123 4567", "x" * 101, "", "?"])
def test_text_that_may_be_personal_is_not_counted(client, text):
    client.get(cast.view_url("finding:results"), {"q": text}, follow=True)
    assert search_counts() == []


@pytest.mark.parametrize(
    "more",
    [
        {"page": 2},
        {"sort": "name"},
        {"sort": "relevance"},
        {"sector": "ngo"},
        {"county": "04"},
        {"municipality": "092", "local": 1},
        {"exact": 1},
        {"low_threshold": 1},
    ],
)
def test_refining_a_search_is_not_a_new_search(ask, more):
    ask(q="kerho", **more)
    assert search_counts() == []


def test_removing_a_filter_or_changing_the_language_is_not_a_new_search(ask):
    for before in ("/fi/palvelut/?q=Kerho&sector=ngo", "/sv/tjanster/?q=kerho", "/fi/palvelut/?q=kerho&page=2#found"):
        ask(q="kerho", headers={"referer": f"https://palvelukartta.example{before}"})
    assert search_counts() == []


@pytest.mark.parametrize(
    "before", ["/fi/", "/fi/palvelut/?q=ero", "/fi/palvelut/?q=kerho&municipality=092", "http://[?q=%ff&&;=", "?" * 9]
)
def test_different_search_is_counted(ask, before):
    ask(q="kerho", headers={"referer": before})
    assert search_counts() == [("kerho", 1)]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"x-moz": "prefetch"},
        {"x-purpose": "preview"},
        {"cache-control": "max-age=0"},
        {"cache-control": "no-cache, private"},
    ],
)
def test_prefetches_reloads_and_robots_are_not_counted(ask, headers):
    ask(q="kerho", headers=headers)
    assert search_counts() == []


def test_head_is_not_counted(ask):
    ask("head", q="kerho")
    assert search_counts() == []


def test_counting_is_one_query(ask):
    ask(q="kerho")
    with CaptureQueriesContext(connection) as captured:
        ask(q="kerho")
    assert len([query for query in captured if "services_searchcount" in query["sql"]]) == 1


# Failures to count do not affect the results


def test_results_do_not_wait_for_a_locked_count(ask, other_transaction, caplog):
    other_transaction.execute("LOCK TABLE services_searchcount IN ACCESS EXCLUSIVE MODE")
    assert "Perhekerho" in ask(q="perhekerho").content.decode()
    other_transaction.execute("ROLLBACK")
    assert search_counts() == []
    (warning,) = caplog.records
    assert "perhekerho" not in warning.getMessage()
    assert not warning.exc_info


def test_counting_keeps_the_settings_of_the_transaction(ask):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '7s'; SET LOCAL synchronous_commit = remote_write")
        ask(q="perhekerho")
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('synchronous_commit')")
        assert cursor.fetchone() == ("7s", "remote_write")
    assert search_counts() == [("perhekerho", 1)]


def test_results_are_shown_on_a_read_only_database(ask, caplog):
    with transaction.atomic():
        connection.cursor().execute("SET TRANSACTION READ ONLY")
        assert "Perhekerho" in ask(q="perhekerho").content.decode()
        transaction.set_rollback(True)
    # Neither the search nor its services.
    assert len(caplog.records) == 2
    assert "perhekerho" not in caplog.text.lower()
    assert search_counts() == []


def test_results_do_not_wait_for_a_simultaneous_count(ask, other_transaction, caplog):
    other_transaction.execute(
        "INSERT INTO services_searchcount (week, language, text, results, times) "
        "VALUES (date_trunc('week', now() AT TIME ZONE 'Europe/Helsinki'), 'fi', 'perhekerho', 1, 1)"
    )
    assert "Perhekerho" in ask(q="perhekerho").content.decode()
    assert len(caplog.records) == 1
