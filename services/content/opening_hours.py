"""Opening hours in words: "ma–to 9–15, pe 9–13"."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import pgettext


def weekly_hours(schedules: Iterable, today: dt.date) -> list[tuple[str, str]]:
    """(days, times) of the week in force on a day; consecutive days with the same times are merged."""
    by_day: dict[int, list] = {}
    for row in schedules:
        if (row.valid_from is None or row.valid_from <= today) and (
            row.valid_until is None or row.valid_until >= today
        ):
            by_day.setdefault(row.weekday, []).append((row.opens_at, row.closes_at))
    runs: list[tuple[int, int, list]] = []
    for day in range(1, 8):
        times = sorted(by_day.get(day, []))
        if runs and runs[-1][2] == times and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day, times)
        else:
            runs.append((day, day, times))
    return [
        (_day_range(first, last), ", ".join(time_span(opens, closes) for opens, closes in times))
        for first, last, times in runs
        if times
    ]


def time_span(opens: dt.time | None, closes: dt.time | None) -> str:
    """Two times of the day as a span; full hours are short in Finnish and Swedish ("9–15.30")."""
    if opens is None or closes is None:
        return ""
    return f"{_clock_text(opens)}–{_clock_text(closes)}"


def _clock_text(time: dt.time) -> str:
    separator = pgettext("between hours and minutes", ":")
    if time.minute == 0 and separator != ":":
        return str(time.hour)
    return f"{time.hour}{separator}{time.minute:02d}"


def _day_range(first: int, last: int) -> str:
    names = [
        pgettext("weekday", "Mon"),
        pgettext("weekday", "Tue"),
        pgettext("weekday", "Wed"),
        pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"),
        pgettext("weekday", "Sat"),
        pgettext("weekday", "Sun"),
    ]
    if first == last:
        return names[first - 1]
    return f"{names[first - 1]}–{names[last - 1]}"
