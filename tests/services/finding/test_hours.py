"""Opening hours on the page of a service."""

import datetime as dt

import pytest
from django.utils import timezone

from services.models import Schedule, ScheduleException
from tests import cast


def at(text):
    return dt.time.fromisoformat(text)


def in_days(days):
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.fixture
def house(kivivuori):
    return cast.location("Perhetalo", kivivuori)


@pytest.fixture
def club(kivivuori, house):
    return cast.service("Kerho", kivivuori, places=[house])


def opens(house, weekdays, since, until, **season):
    for weekday in weekdays:
        Schedule.objects.create(location=house, weekday=weekday, opens_at=at(since), closes_at=at(until), **season)


def week(page):
    """[(days, times)] on the page."""
    return [(row.one("dt").text, row.one("dd").text) for hours in page.all(class_="hours") for row in hours.all("div")]


def test_consecutive_days_with_equal_hours_are_grouped(house, club, open_page):
    opens(house, [1, 2, 3, 4], "09:00", "15:00")
    opens(house, [5], "09:00", "13:30")
    assert week(open_page(club)) == [("ma–to", "9–15"), ("pe", "9–13.30")]


def test_separate_days_are_not_grouped(house, club, open_page):
    opens(house, [1, 3], "09:00", "15:00")
    assert week(open_page(club)) == [("ma", "9–15"), ("ke", "9–15")]


def test_two_periods_in_a_day(house, club, open_page):
    opens(house, [2], "17:00", "19:00")
    opens(house, [2], "09:00", "11:00")
    assert week(open_page(club)) == [("ti", "9–11, 17–19")]


def test_hours_in_each_language(house, club, open_page):
    opens(house, [6, 7], "09:30", "15:00")
    assert week(open_page(club, lang="sv")) == [("lör–sön", "9.30–15")]
    assert week(open_page(club, lang="en")) == [("Sat–Sun", "9:30–15:00")]


def test_past_and_future_seasons_are_hidden(house, club, open_page):
    opens(house, [1], "09:00", "15:00", valid_from=in_days(-5), valid_until=in_days(5))
    opens(house, [2], "09:00", "15:00", valid_until=in_days(-1))
    opens(house, [3], "09:00", "15:00", valid_from=in_days(1))
    assert week(open_page(club)) == [("ma", "9–15")]


def test_no_table_without_hours(club, open_page):
    assert week(open_page(club)) == []


def test_future_exceptions(house, club, open_page):
    def exception(first, last, note, **hours):
        ScheduleException.objects.create(
            location=house, starts_on=in_days(first), ends_on=in_days(last), note_fi=note, **hours
        )

    exception(-9, -1, "Mennyt loma")
    exception(-1, 1, "Loma")
    exception(20, 20, "Aatto", closed=False, opens_at=at("09:00"), closes_at=at("12:00"))
    exceptions = [row.text for row in open_page(club).one(class_="exceptions").all("li")]
    assert len(exceptions) == 2
    assert "Loma" in exceptions[0]
    assert "Aatto" in exceptions[1] and "9–12" in exceptions[1]


def test_by_appointment(house, club, open_page):
    before = open_page(club).one(class_="place").text
    type(house).objects.update(by_appointment=True)
    assert len(open_page(club).one(class_="place").text) > len(before)
