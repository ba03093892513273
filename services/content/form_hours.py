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

_SPAN = re.compile(r"(opens|closes)-(\d{1,2})-([1-7])-(\d{1,2})")
_SEASON = re.compile(r"(from|until)-(\d{1,2})")
LATER = "~"  # than all days and times
NOTES = tuple(f"note_{language}" for language in LANGUAGES)


@dataclass
class Week:
    """`spans` are the hours of each weekday, from Monday as 1, as (opens, closes)."""

    starts: str = ""
    ends: str = ""
    spans: dict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))


def weeks_of(values: Mapping) -> list[Week]:
    """The usual week, and the seasons in their order; empty seasons are left out."""
    weeks: dict[int, Week] = defaultdict(Week)
    spans: dict[tuple[int, int, int], dict[str, str]] = defaultdict(dict)
    for name, value in values.items():
        if found := _SPAN.fullmatch(name):
            spans[int(found[2]), int(found[3]), int(found[4])][found[1]] = value or ""
        elif found := _SEASON.fullmatch(name):
            setattr(weeks[int(found[2])], "starts" if found[1] == "from" else "ends", value or "")
    for (week, day, _span), given in spans.items():
        if any(given.values()):
            weeks[week].spans[day].append((given.get("opens", ""), given.get("closes", "")))
    # What is still half empty comes last.
    for week in weeks.values():
        for day in sorted(week.spans):
            week.spans[day] = sorted(week.spans.pop(day), key=lambda span: (span[0] or LATER, span[1]))
    seasons = [week for number, week in weeks.items() if number and (week.starts or week.ends or week.spans)]
    return [weeks[0], *sorted(seasons, key=lambda week: (week.starts or LATER, week.ends))]


def values_of(weeks: list[Week]) -> dict[str, str]:
    found = {}
    for number, week in enumerate(weeks):
        if number:
            found |= {f"from-{number}": week.starts, f"until-{number}": week.ends}
        for day, spans in week.spans.items():
            for span, (opens, closes) in enumerate(spans):
                found |= {f"opens-{number}-{day}-{span}": opens, f"closes-{number}-{day}-{span}": closes}
    return found


def tidy_hours(values: Mapping) -> dict:
    """The values with the hours in order and without gaps."""
    others = {name: value for name, value in values.items() if not (_SPAN.fullmatch(name) or _SEASON.fullmatch(name))}
    return others if len(others) == len(values) else others | values_of(weeks_of(values))


def hours_of(place: ServiceLocation) -> dict[str, str]:
    """The hours of a place and its exceptions to come, as values."""
    seasons: dict[tuple, Week] = {(None, None): Week()}
    for row in place.schedules.all():
        week = seasons.setdefault((row.valid_from, row.valid_until), Week(_day(row.valid_from), _day(row.valid_until)))
        week.spans[row.weekday].append((_clock(row.opens_at), _clock(row.closes_at)))
    found = values_of(list(seasons.values()))
    coming = [one for one in place.schedule_exceptions.all() if one.ends_on >= timezone.localdate()]
    for row, one in enumerate(coming):
        days = {"starts_on": _day(one.starts_on), "ends_on": _day(one.ends_on)}
        clocks = {"opens_at": _clock(one.opens_at), "closes_at": _clock(one.closes_at)}
        notes = {name: getattr(one, name) or "" for name in NOTES}
        found |= {f"exception-{row}-{name}": value for name, value in (days | clocks | notes).items()}
    return found


def point_of(place: ServiceLocation) -> str:
    """The point on the map in WGS84 degrees, as "60.293400, 25.037800"; "" where there is none."""
    return "" if place.latitude is None else f"{place.latitude:.6f}, {place.longitude:.6f}"


def _day(value: dt.date | None) -> str:
    return value.isoformat() if value else ""


def _clock(value: dt.time | None) -> str:
    return f"{value:%H:%M}" if value else ""
