"""Form values of opening hours: opens-0-1-0 is the first opening time on Monday of the usual week.

Week 0 is the usual week; the others are seasons with the dates from-1 and until-1.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from services.models import ServiceLocation
from services.search.analysis import LANGUAGES

_SPAN_PATTERN = re.compile(r"(opens|closes)-(\d{1,2})-([1-7])-(\d{1,2})")
_SEASON_PATTERN = re.compile(r"(from|until)-(\d{1,2})")
SORTS_LAST = "~"  # after all dates and times
NOTE_FIELDS = tuple(f"note_{language}" for language in LANGUAGES)


@dataclass
class WeekHours:
    """`spans` are the hours of each weekday, from Monday as 1, as (opens, closes)."""

    starts: str = ""
    ends: str = ""
    spans: dict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))


def weeks_from_values(values: Mapping[str, Any]) -> list[WeekHours]:
    """The usual week, then the seasons in order of time, without empty ones."""
    weeks: dict[int, WeekHours] = defaultdict(WeekHours)
    spans: dict[tuple[int, int, int], dict[str, str]] = defaultdict(dict)
    for name, value in values.items():
        if match := _SPAN_PATTERN.fullmatch(name):
            spans[int(match[2]), int(match[3]), int(match[4])][match[1]] = value or ""
        elif match := _SEASON_PATTERN.fullmatch(name):
            setattr(weeks[int(match[2])], "starts" if match[1] == "from" else "ends", value or "")
    for (number, day, _span), times in spans.items():
        if any(times.values()):
            weeks[number].spans[day].append((times.get("opens", ""), times.get("closes", "")))
    # Incomplete spans come last.
    for week in weeks.values():
        for day in sorted(week.spans):
            week.spans[day] = sorted(week.spans.pop(day), key=lambda span: (span[0] or SORTS_LAST, span[1]))
    seasons = [week for number, week in weeks.items() if number and (week.starts or week.ends or week.spans)]
    return [weeks[0], *sorted(seasons, key=lambda week: (week.starts or SORTS_LAST, week.ends))]


def values_from_weeks(weeks: list[WeekHours]) -> dict[str, str]:
    values: dict[str, str] = {}
    for number, week in enumerate(weeks):
        if number:
            values |= {f"from-{number}": week.starts, f"until-{number}": week.ends}
        for day, spans in week.spans.items():
            for span, (opens, closes) in enumerate(spans):
                values |= {f"opens-{number}-{day}-{span}": opens, f"closes-{number}-{day}-{span}": closes}
    return values


def normalise_hours(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the hours sorted and numbered without gaps."""
    others = {
        name: value
        for name, value in values.items()
        if not (_SPAN_PATTERN.fullmatch(name) or _SEASON_PATTERN.fullmatch(name))
    }
    return others if len(others) == len(values) else others | values_from_weeks(weeks_from_values(values))


def hours_values(place: ServiceLocation) -> dict[str, str]:
    """The hours and future exceptions of a location as form values."""
    seasons: dict[tuple, WeekHours] = {(None, None): WeekHours()}
    for schedule in place.schedules.all():
        season = (schedule.valid_from, schedule.valid_until)
        week = seasons.setdefault(season, WeekHours(_date_text(season[0]), _date_text(season[1])))
        week.spans[schedule.weekday].append((_time_text(schedule.opens_at), _time_text(schedule.closes_at)))
    form_values = values_from_weeks(list(seasons.values()))
    upcoming = [exception for exception in place.schedule_exceptions.all() if exception.ends_on >= timezone.localdate()]
    for row, exception in enumerate(upcoming):
        days = {"starts_on": _date_text(exception.starts_on), "ends_on": _date_text(exception.ends_on)}
        clocks = {"opens_at": _time_text(exception.opens_at), "closes_at": _time_text(exception.closes_at)}
        notes = {name: getattr(exception, name) or "" for name in NOTE_FIELDS}
        form_values |= {f"exception-{row}-{name}": value for name, value in (days | clocks | notes).items()}
    return form_values


def point_text(place: ServiceLocation) -> str:
    """The coordinates in WGS84 degrees, as "60.293400, 25.037800", or ""."""
    return "" if place.latitude is None else f"{place.latitude:.6f}, {place.longitude:.6f}"


def _date_text(value: dt.date | None) -> str:
    return value.isoformat() if value else ""


def _time_text(value: dt.time | None) -> str:
    return f"{value:%H:%M}" if value else ""
