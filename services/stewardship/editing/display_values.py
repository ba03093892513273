"""Display values of a record as text, for comparing two versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from services.content.edit_conflicts import EditDifference
from services.content.form_hours import WeekHours, weeks_from_values
from services.content.form_rows import form_rows
from services.content.form_values import display_lines, format_day
from services.content.record_values import (
    EXCEPTIONS_PART,
    HOURS_PART_PREFIX,
    PHONES_PART,
    SEASONS_PART,
    part_name,
    phone_rows,
)
from services.models.choices import Weekday
from services.search.analysis import LANGUAGES

from .record_form import RecordForm


@dataclass(frozen=True)
class DifferenceRow:
    """A part in two versions. `choice` is "mine", "theirs", or "" if it is undecided."""

    part: str
    label: str
    language: str
    theirs: list[str]
    mine: list[str]
    choice: str


def difference_rows(
    form: RecordForm, differences: list[EditDifference], submitted: Mapping[str, str]
) -> list[DifferenceRow]:
    """Differences in form order. A part that only one person has changed is preselected."""
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
            choice=submitted.get(f"keep-{difference.part}") or difference.default_choice,
        )
        for difference in sorted(differences, key=lambda difference: order.get(difference.part, len(order)))
    ]


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


def _value_lines(form: RecordForm, part: str, value: Any) -> list[str]:
    if part == PHONES_PART:
        return [", ".join(filter(None, phone.values())) for phone in phone_rows(value or {})]
    if part.startswith(HOURS_PART_PREFIX) or part == SEASONS_PART:
        return [line for week in weeks_from_values(value or {}) for line in _week_lines(week)]
    if part == EXCEPTIONS_PART:
        return [_exception_text(row) for row in form_rows(value or {}, "exception")]
    return display_lines(form.fields[part], value)


def _week_lines(week: WeekHours) -> list[str]:
    """Lines with the hours: for a season its dates, then a line per weekday; for the regular week without weekdays."""
    is_season = bool(week.starts or week.ends)
    lines = [f"{format_day(week.starts)}–{format_day(week.ends)}"] if is_season else []
    for day, spans in week.spans.items():
        hours = ", ".join(f"{opens}–{closes}" for opens, closes in spans)
        lines.append(f"{Weekday(day).label} {hours}" if is_season else hours)
    return lines


def _exception_text(row: dict[str, str]) -> str:
    days = dict.fromkeys(format_day(row.get(name, "")) for name in ("starts_on", "ends_on"))
    opens, closes = row.get("opens_at"), row.get("closes_at")
    hours = f"{opens}–{closes}" if opens or closes else _("closed")
    notes = [row.get(f"note_{language}") for language in LANGUAGES]
    return ", ".join(filter(None, ["–".join(filter(None, days)), hours, *notes]))
