"""Display values of a record as text, for comparing two versions."""

import datetime as dt
from dataclasses import dataclass

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from services.content.form_hours import WeekHours, weeks_from_values
from services.content.form_rows import form_rows
from services.content.record_values import (
    EXCEPTIONS_PART,
    HOURS_PART_PREFIX,
    PHONES_PART,
    SEASONS_PART,
    EditDifference,
    part_name,
    phone_rows,
)
from services.models.choices import Weekday
from services.search.analysis import LANGUAGES

from .record_form import RecordForm


@dataclass(frozen=True)
class DifferenceRow:
    """A part in two versions. `chosen` is "mine", "theirs", or "" if both changed it."""

    part: str
    label: str
    language: str
    theirs: list[str]
    mine: list[str]
    chosen: str


def difference_rows(form: RecordForm, differences: list[EditDifference], sent) -> list[DifferenceRow]:
    """Differences in form order. A part that only one person changed is preselected."""
    order: dict[str, int] = {}
    for position, name in enumerate(form.fields):
        order.setdefault(part_name(name), position)
    return [
        DifferenceRow(
            part=difference.part,
            label=_part_label(form, difference.part),
            language=_part_language(difference.part),
            theirs=_value_lines(form, difference.part, difference.theirs),
            mine=_value_lines(form, difference.part, difference.mine),
            chosen=sent.get(f"keep-{difference.part}") or _default_choice(difference),
        )
        for difference in sorted(differences, key=lambda difference: order.get(difference.part, len(order)))
    ]


def _default_choice(difference: EditDifference) -> str:
    if difference.changed_by_me and difference.changed_by_them:
        return ""
    return "mine" if difference.changed_by_me else "theirs"


def _part_label(form: RecordForm, part: str) -> str:
    if part.startswith(HOURS_PART_PREFIX):
        return f"{_('Opening hours')}: {Weekday(int(part.removeprefix(HOURS_PART_PREFIX))).label}"
    extra = {
        PHONES_PART: _("Phone numbers"),
        SEASONS_PART: _("Hours of a season"),
        EXCEPTIONS_PART: _("Exceptions"),
        "municipalities": _("Municipalities"),
        "counties": _("Wellbeing services counties"),
    }
    return str(extra.get(part) or form.fields[part].label)


def _part_language(part: str) -> str:
    language = part.rpartition("_")[2]
    return language if language in LANGUAGES else ""


def _value_lines(form: RecordForm, part: str, value) -> list[str]:
    if part == PHONES_PART:
        return [", ".join(filter(None, phone.values())) for phone in phone_rows(value or {})]
    if part.startswith(HOURS_PART_PREFIX) or part == SEASONS_PART:
        return [line for week in weeks_from_values(value or {}) for line in _week_lines(week)]
    if part == EXCEPTIONS_PART:
        return [_exception_text(row) for row in form_rows(value or {}, "exception")]
    if isinstance(value, bool):
        return [_("yes") if value else _("no")]
    field = form.fields[part]
    if isinstance(field, forms.ModelMultipleChoiceField):
        # Match in Python: submitted values may not be valid keys, which the database would reject.
        keys = set(map(str, value or ()))
        return [str(record) for record in field.queryset if str(record.pk) in keys]
    choices = dict(getattr(field, "choices", None) or ())
    if isinstance(value, list):
        return [str(choices.get(choice, choice)) for choice in value]
    return str(choices.get(value, value) or "").splitlines()


def _week_lines(week: WeekHours) -> list[str]:
    """Lines with the hours: for a season its dates, then a line per weekday; for the regular week without weekdays."""
    is_season = bool(week.starts or week.ends)
    lines = [f"{_format_day(week.starts)}–{_format_day(week.ends)}"] if is_season else []
    for day, spans in week.spans.items():
        hours = ", ".join(f"{opens}–{closes}" for opens, closes in spans)
        lines.append(f"{Weekday(day).label} {hours}" if is_season else hours)
    return lines


def _exception_text(row: dict[str, str]) -> str:
    days = dict.fromkeys(_format_day(row.get(name, "")) for name in ("starts_on", "ends_on"))
    opens, closes = row.get("opens_at"), row.get("closes_at")
    hours = f"{opens}–{closes}" if opens or closes else _("closed")
    notes = [row.get(f"note_{language}") for language in LANGUAGES]
    return ", ".join(filter(None, ["–".join(filter(None, days)), hours, *notes]))


def _format_day(text: str) -> str:
    """A localised date; text that is not an ISO date is returned unchanged."""
    try:
        return date_format(dt.date.fromisoformat(text), "SHORT_DATE_FORMAT")
    except ValueError:
        return text
