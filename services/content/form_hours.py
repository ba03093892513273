"""The hours of a place as its form writes them: opens-0-1-0 is when the usual week's Monday opens first.

Week 0 is the usual one; the others are seasons, from-1 and until-1 their days.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from services.models import ServiceLocation
from services.search.analysis import LANGUAGES

_SPAN_PATTERN = re.compile(r"(opens|closes)-(\d{1,2})-([1-7])-(\d{1,2})")
_SEASON_PATTERN = re.compile(r"(from|until)-(\d{1,2})")
SORTS_LAST = "~"  # than all days and times
NOTE_FIELDS = tuple(f"note_{language}" for language in LANGUAGES)


@dataclass
class WeekHours:
    """`spans` are the hours of each weekday, from Monday as 1, as (opens, closes)."""

    starts: str = ""
    ends: str = ""
    spans: dict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))


def weeks_from_values(values: Mapping) -> list[WeekHours]:
    """The usual week, and the seasons in their order; empty seasons are left out."""
    weeks: dict[int, WeekHours] = defaultdict(WeekHours)
    spans: dict[tuple[int, int, int], dict[str, str]] = defaultdict(dict)
    for name, value in values.items():
        if found := _SPAN_PATTERN.fullmatch(name):
            spans[int(found[2]), int(found[3]), int(found[4])][found[1]] = value or ""
        elif found := _SEASON_PATTERN.fullmatch(name):
            setattr(weeks[int(found[2])], "starts" if found[1] == "from" else "ends", value or "")
    for (week, day, _span), given in spans.items():
        if any(given.values()):
            weeks[week].spans[day].append((given.get("opens", ""), given.get("closes", "")))
    # What is still half empty comes last.
    for week in weeks.values():
        for day in sorted(week.spans):
            week.spans[day] = sorted(week.spans.pop(day), key=lambda span: (span[0] or SORTS_LAST, span[1]))
    seasons = [week for number, week in weeks.items() if number and (week.starts or week.ends or week.spans)]
    return [weeks[0], *sorted(seasons, key=lambda week: (week.starts or SORTS_LAST, week.ends))]


def values_from_weeks(weeks: list[WeekHours]) -> dict[str, str]:
    found = {}
    for number, week in enumerate(weeks):
        if number:
            found |= {f"from-{number}": week.starts, f"until-{number}": week.ends}
        for day, spans in week.spans.items():
            for span, (opens, closes) in enumerate(spans):
                found |= {f"opens-{number}-{day}-{span}": opens, f"closes-{number}-{day}-{span}": closes}
    return found


def normalise_hours(values: Mapping) -> dict:
    """The values with the hours in order and without gaps."""
    others = {
        name: value
        for name, value in values.items()
        if not (_SPAN_PATTERN.fullmatch(name) or _SEASON_PATTERN.fullmatch(name))
    }
    return others if len(others) == len(values) else others | values_from_weeks(weeks_from_values(values))


def hours_values(place: ServiceLocation) -> dict[str, str]:
    """The hours of a place and its exceptions to come, as values."""
    seasons: dict[tuple, WeekHours] = {(None, None): WeekHours()}
    for row in place.schedules.all():
        week = seasons.setdefault(
            (row.valid_from, row.valid_until), WeekHours(_date_text(row.valid_from), _date_text(row.valid_until))
        )
        week.spans[row.weekday].append((_time_text(row.opens_at), _time_text(row.closes_at)))
    found = values_from_weeks(list(seasons.values()))
    coming = [one for one in place.schedule_exceptions.all() if one.ends_on >= timezone.localdate()]
    for row, one in enumerate(coming):
        days = {"starts_on": _date_text(one.starts_on), "ends_on": _date_text(one.ends_on)}
        clocks = {"opens_at": _time_text(one.opens_at), "closes_at": _time_text(one.closes_at)}
        notes = {name: getattr(one, name) or "" for name in NOTE_FIELDS}
        found |= {f"exception-{row}-{name}": value for name, value in (days | clocks | notes).items()}
    return found


def point_text(place: ServiceLocation) -> str:
    """The point on the map in WGS84 degrees, as "60.293400, 25.037800"; "" where there is none."""
    return "" if place.latitude is None else f"{place.latitude:.6f}, {place.longitude:.6f}"


def _date_text(value: dt.date | None) -> str:
    return value.isoformat() if value else ""


def _time_text(value: dt.time | None) -> str:
    return f"{value:%H:%M}" if value else ""
