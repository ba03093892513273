"""Read opening hours: weekly, over midnight and exceptional."""

import re
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from services.exchange.importers.base.records import ExceptionalHours, OpeningRecord, WeeklyHours

from .dates import read_date
from .language_texts import join_texts, texts_of_key
from .reading_context import ReadingContext
from .shape import flag, objects, string
from .vocabulary import EXCEPTIONAL_HOURS, OVERNIGHT_HOURS, WEEKDAYS, WEEKLY_HOURS

HOUR_KEYS = {
    "serviceHourType",
    "validFrom",
    "validTo",
    "isClosed",
    "validForNow",
    "isAlwaysOpen",
    "isReservation",
    "additionalInformation",
    "openingHour",
}
HOUR_BOOKKEEPING = {"orderNumber", "ownerReferenceId"}
TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::\d\d)?")
MIDNIGHT, LAST_MINUTE = time(0, 0), time(23, 59)
# Exceptions on certain weekdays become one row per day; those of more days stay one row.
MAX_EXCEPTION_DAYS = 31


@dataclass
class _OpeningBuilder:
    weekly: list[WeeklyHours] = field(default_factory=list)
    exceptions: list[ExceptionalHours] = field(default_factory=list)
    by_appointment: bool = False
    notes: list[dict[str, str]] = field(default_factory=list)


def opening_hours(items: list[dict], reading: ReadingContext) -> OpeningRecord:
    """Return the hours of a place or a phone line, sorted and without duplicates."""
    opening = _OpeningBuilder()
    for item in items:
        reading.notice_unread_keys("hours", item, read=HOUR_KEYS, bookkeeping=HOUR_BOOKKEEPING)
        kind = string(item, "serviceHourType")
        note = texts_of_key(item, "additionalInformation", reading, is_line=True)
        if kind in EXCEPTIONAL_HOURS:
            _read_exception(item, note, opening, reading)
            continue
        if kind not in WEEKLY_HOURS | OVERNIGHT_HOURS:
            reading.notice("unknown-hours-type", kind or "(none)")
            continue
        opening.by_appointment |= flag(item, "isReservation")
        opening.notes.append(note)
        _read_week(item, kind, opening, reading)
    return OpeningRecord(
        weekly=tuple(sorted(set(opening.weekly), key=_week_order)),
        exceptions=tuple(
            sorted(_unique_exceptions(opening.exceptions), key=lambda row: (row.starts_on, row.ends_on, str(row.opens)))
        ),
        by_appointment=opening.by_appointment,
        note=join_texts(*opening.notes, separator="; "),
    )


def _week_order(row: WeeklyHours) -> tuple[date, int, time, time, date]:
    return (row.valid_from or date.min, row.weekday, row.opens, row.closes, row.valid_until or date.max)


def _unique_exceptions(rows: list[ExceptionalHours]) -> list[ExceptionalHours]:
    return list({(row.starts_on, row.ends_on, row.opens, row.closes): row for row in rows}.values())


def _read_week(item: dict, kind: str, opening: _OpeningBuilder, reading: ReadingContext) -> None:
    start, end = read_date(item, "validFrom", reading), read_date(item, "validTo", reading)
    if start and end and end < start:
        reading.notice("hours-not-understood", "ends before it starts")
        return
    if flag(item, "isClosed"):
        if start and end:
            opening.exceptions.append(ExceptionalHours(start, end))
        else:
            reading.notice("hours-not-understood", "closed without dates")
        return
    if flag(item, "isAlwaysOpen"):
        opening.weekly += [WeeklyHours(number, MIDNIGHT, LAST_MINUTE, start, end) for number in range(1, 8)]
        return
    for entry in objects(item, "openingHour"):
        first, last, opens, closes = _read_span(entry, reading)
        if first is None or opens is None or closes is None:
            reading.notice("hours-not-understood", "without weekday or time")
            continue
        days = (
            _continuous_hours(first, last, opens, closes)
            if kind in OVERNIGHT_HOURS
            else _daily_hours(first, last, opens, closes)
        )
        opening.weekly += [WeeklyHours(*row, start, end) for row in days]


def _read_span(entry: dict, reading: ReadingContext) -> tuple[int | None, int | None, time | None, time | None]:
    first, last = string(entry, "dayFrom"), string(entry, "dayTo")
    for name in (first, last):
        if name and name not in WEEKDAYS:
            reading.notice("hours-not-understood", f"weekday {name}")
    return WEEKDAYS.get(first), WEEKDAYS.get(last), parse_time(string(entry, "from")), parse_time(string(entry, "to"))


def _daily_hours(first: int, last: int | None, opens: time, closes: time) -> list[tuple[int, time, time]]:
    """Return (weekday, opens, closes) for each day from the first to the last, which may be in the next week."""
    length = (last - first) % 7 if last else 0
    return [((first + step - 1) % 7 + 1, opens, _nonempty_closing(opens, closes)) for step in range(length + 1)]


def _continuous_hours(first: int, last: int | None, opens: time, closes: time) -> list[tuple[int, time, time]]:
    """Return (weekday, opens, closes) of continuous hours from the first day to the last."""
    if last is None:
        last = first if closes > opens else first % 7 + 1
    length = (last - first) % 7
    if length == 0 and closes <= opens:
        length = 7
    if length == 0 or (length == 1 and closes <= opens):
        return [(first, opens, _nonempty_closing(opens, closes))]
    rows = [(first, opens, _nonempty_closing(opens, LAST_MINUTE))]
    rows += [((first + step - 1) % 7 + 1, MIDNIGHT, LAST_MINUTE) for step in range(1, length)]
    if closes != MIDNIGHT:
        rows.append(((first + length - 1) % 7 + 1, MIDNIGHT, closes))
    return rows


def _nonempty_closing(opens: time, closes: time) -> time:
    """Return the end; equal start and end mean open all day, but the end that is stored must differ."""
    if opens != closes:
        return closes
    return LAST_MINUTE if opens != LAST_MINUTE else time(23, 58)


def _read_exception(item: dict, note: dict[str, str], opening: _OpeningBuilder, reading: ReadingContext) -> None:
    start = read_date(item, "validFrom", reading)
    end = read_date(item, "validTo", reading) or start
    if start is None or end is None or end < start:
        reading.notice("hours-not-understood", "exception without dates")
        return
    entries = objects(item, "openingHour")
    if flag(item, "isClosed"):
        opening.exceptions.append(ExceptionalHours(start, end, note=note))
    elif flag(item, "isAlwaysOpen"):
        opening.exceptions.append(ExceptionalHours(start, end, MIDNIGHT, LAST_MINUTE, note))
    elif not entries:
        reading.notice("hours-not-understood", "exception without hours")
    for entry in entries if not flag(item, "isClosed") else []:
        first, last, opens, closes = _read_span(entry, reading)
        if opens is None or closes is None:
            reading.notice("hours-not-understood", "without weekday or time")
            continue
        for begins, ends in _exception_dates(start, end, first, last):
            opening.exceptions.append(ExceptionalHours(begins, ends, opens, _nonempty_closing(opens, closes), note))


def _exception_dates(start: date, end: date, first: int | None, last: int | None) -> list[tuple[date, date]]:
    """Return the spans of an exception; a short one on certain weekdays has a span for each such day."""
    length = (end - start).days
    if first is None or not 0 < length < MAX_EXCEPTION_DAYS:
        return [(start, end)]
    weekdays = {(first + step - 1) % 7 + 1 for step in range(((last or first) - first) % 7 + 1)}
    days = [start + timedelta(days=step) for step in range(length + 1)]
    return [(day, day) for day in days if day.isoweekday() in weekdays] or [(start, end)]


def parse_time(value: str) -> time | None:
    """Return a time of day; "24:00" is midnight. None for malformed text."""
    match = TIME.fullmatch(value)
    if not match:
        return None
    hour, minute = int(match[1]), int(match[2])
    return MIDNIGHT if hour == 24 else time(hour, minute)
