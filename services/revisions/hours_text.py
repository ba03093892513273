"""A row of opening hours in one line, as people write it: "maanantai 9–16 (1.6.2027–15.8.2027)"."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from services.content import opening_hours
from services.models import Schedule, ScheduleException
from services.models.choices import Weekday
from services.search.analysis import LANGUAGES


def schedule_text(values: Mapping[str, Any]) -> str:
    """The hours of one weekday, with the season in brackets."""
    days = _day_range(values["valid_from"], values["valid_until"])
    return f"{Weekday(values['weekday']).label} {_time_span(values)}" + (f" ({days})" if days else "")


def schedule_exception_text(values: Mapping[str, Any]) -> str:
    """Exceptional days with hours and notes in all languages, so that a change of any of them is visible."""
    notes = dict.fromkeys(note for language in LANGUAGES if (note := values.get(f"note_{language}")))
    days = _day_range(values["starts_on"], values["ends_on"])
    return ", ".join([f"{days} {_('closed') if values['closed'] else _time_span(values)}", *notes])


# Functions that describe a whole row, given its columns as Python values.
ROW_TEXTS: dict[type[models.Model], Callable[[Mapping[str, Any]], str]] = {
    Schedule: schedule_text,
    ScheduleException: schedule_exception_text,
}


def _time_span(values: Mapping[str, Any]) -> str:
    return opening_hours.time_span(values["opens_at"], values["closes_at"])


def _day_range(first, last) -> str:
    """The dates of a season, which may be open at one end."""
    if first == last:
        return date_format(first, "SHORT_DATE_FORMAT") if first else ""
    return "–".join(date_format(day, "SHORT_DATE_FORMAT") if day else "" for day in (first, last))
