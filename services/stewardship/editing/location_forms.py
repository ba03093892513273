"""The form of a location: address, coordinates, opening hours and exceptions."""

import datetime as dt
import re
from collections.abc import Mapping
from itertools import product
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from organisations.models import Municipality
from services.actions.locations import ExceptionDays, LocationFacts, WeeklySpan
from services.content.form_hours import WeekHours, weeks_from_values
from services.content.form_rows import form_rows
from services.content.record_values import EDITABLE_FIELDS
from services.models import ServiceLocation
from services.models.choices import Weekday
from services.outbound.geocoding import is_in_finland
from services.search.analysis import LANGUAGES

from . import wording as texts
from .record_form import RecordForm, formfield_with_https

MIN_SPANS_PER_DAY = 2  # pairs of opening and closing time
MAX_OVERNIGHT_MINUTES = 16 * 60  # minutes; a shelter is open from evening to morning, hardly from afternoon to noon
EXTRA_EXCEPTION_ROWS = 2  # empty rows for further exceptions
_POINT_PATTERN = re.compile(r"\s*(-?\d+(?:[.,]\d+)?)\s*[,; ]\s*(-?\d+(?:[.,]\d+)?)\s*")


def _time_field(**kwargs: Any) -> forms.TimeField:
    return forms.TimeField(required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **kwargs)


def _date_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


def _minutes_between(start: dt.time, end: dt.time) -> int:
    """Minutes from `start` to the next `end`, across midnight if needed."""
    return ((end.hour - start.hour) * 60 + end.minute - start.minute) % (24 * 60)


class LocationForm(RecordForm):
    """A selected geocoding result (`found`) replaces the typed point."""

    point = forms.CharField(
        label=_("Point on the map"),
        help_text=_(
            "If the address does not lead to the door, set the point on the map below, "
            "or paste it from any map: 60.2934, 25.0378"
        ),
        required=False,
        max_length=60,
    )

    wording = texts.LOCATION_FORM_TEXTS
    has_phones = True

    class Meta:
        model = ServiceLocation
        formfield_callback = formfield_with_https
        fields = EDITABLE_FIELDS[ServiceLocation].fields

    def __init__(self, data: MultiValueDict | None = None, **kwargs: Any):
        if data and data.get("found"):
            data = data.copy()
            data["point"] = data["found"]
        super().__init__(data, **kwargs)

    def configure_fields(self) -> None:
        self.record_choices("municipality").queryset = Municipality.objects.alphabetical()

    def add_repeated_fields(self, values: Mapping[str, Any]) -> None:
        super().add_repeated_fields(values)
        self._add_week_fields(weeks_from_values(values))
        self._add_exception_fields(len(form_rows(values, "exception")))

    def address(self) -> str:
        """The typed address on one line; "" without a street."""
        street, city = (
            next(filter(None, (self[f"{text}_{language}"].value() for language in LANGUAGES)), "")
            for text in ("street", "city")
        )
        if not city and (code := self["municipality"].value()):
            city = next((place.name for place in Municipality.objects.all() if place.pk == code), "")
        area = " ".join(filter(None, (self["postal_code"].value(), city)))
        return ", ".join(filter(None, (street, area))) if street else ""

    # Hours

    def _add_week_fields(self, filled: list[WeekHours]) -> None:
        """Add the regular week, one week per season, and an empty week for a further season."""
        self.weeks: list[WeekHours | None] = [*filled, None]
        for number, week in enumerate(self.weeks):
            if number:
                self.fields[f"from-{number}"] = _date_field(label=_("From"))
                self.fields[f"until-{number}"] = _date_field(label=_("Until"))
            for day in range(1, 8):
                for span in range(max(MIN_SPANS_PER_DAY, len(week.spans[day]) if week else 0)):
                    name, label = f"{number}-{day}-{span}", capfirst(Weekday(day).label)
                    self.fields[f"opens-{name}"] = _time_field(label=f"{label}: {_('Opens')}")
                    self.fields[f"closes-{name}"] = _time_field(label=f"{label}: {_('Closes')}")

    def week_fields(self) -> list[dict[str, Any]]:
        """The weeks with their bound fields, for the template."""
        return [
            {
                "number": number,
                "is_new": week is None,
                "season": (self[f"from-{number}"], self[f"until-{number}"]) if number else (),
                "days": [
                    {"day": day, "name": Weekday(day).label, "spans": self._spans(number, day)} for day in range(1, 8)
                ],
            }
            for number, week in enumerate(self.weeks)
        ]

    def _spans(self, number: int, day: int) -> list[tuple[forms.BoundField, forms.BoundField]]:
        names = [name for name in self.fields if name.startswith(f"opens-{number}-{day}-")]
        return [(self[name], self[name.replace("opens", "closes", 1)]) for name in names]

    def hours(self) -> list[WeeklySpan]:
        spans, cleaned_data = [], self.cleaned_data
        for name in [name for name in self.fields if name.startswith("opens-")]:
            number, day, _span = name.removeprefix("opens-").split("-")
            opens, closes = cleaned_data.get(name), cleaned_data.get(name.replace("opens", "closes", 1))
            if opens and closes:
                spans.append(
                    WeeklySpan(
                        int(day), opens, closes, cleaned_data.get(f"from-{number}"), cleaned_data.get(f"until-{number}")
                    )
                )
        return spans

    # Exceptions

    def _add_exception_fields(self, filled: int) -> None:
        self.exception_row_count = filled + EXTRA_EXCEPTION_ROWS
        for row in range(self.exception_row_count):
            fields = {
                "starts_on": _date_field(label=_("First day")),
                "ends_on": _date_field(label=_("Last day")),
                "opens_at": _time_field(label=_("Opens")),
                "closes_at": _time_field(label=_("Closes")),
                **{
                    f"note_{language}": forms.CharField(
                        label=_("Why"), required=False, max_length=200, widget=forms.TextInput(attrs={"lang": language})
                    )
                    for language in LANGUAGES
                },
            }
            self.fields |= {f"exception-{row}-{name}": field for name, field in fields.items()}

    def exception_fields(self) -> list[dict[str, Any]]:
        return [
            {
                "days": [self[f"exception-{row}-{name}"] for name in ("starts_on", "ends_on", "opens_at", "closes_at")],
                "notes": [(language, self[f"exception-{row}-note_{language}"]) for language in LANGUAGES],
            }
            for row in range(self.exception_row_count)
        ]

    def exceptions(self) -> list[ExceptionDays]:
        exceptions = []
        for row in range(self.exception_row_count):
            values = {
                name.removeprefix(f"exception-{row}-"): value
                for name, value in self.cleaned_data.items()
                if name.startswith(f"exception-{row}-")
            }
            if values.get("starts_on"):
                closed = not (values["opens_at"] and values["closes_at"])
                exceptions.append(
                    ExceptionDays(**values | {"ends_on": values["ends_on"] or values["starts_on"], "closed": closed})
                )
        return exceptions

    # Validation

    def clean_postal_code(self) -> str:
        value = self.cleaned_data["postal_code"]
        if value and not re.fullmatch(r"[0-9]{5}", value):
            raise forms.ValidationError(_("A postal code has five digits."))
        return value

    def clean_point(self) -> tuple[float, float] | None:
        """(latitude, longitude) in WGS84 degrees, or None."""
        text = self.cleaned_data["point"]
        if not text.strip():
            return None
        match = _POINT_PATTERN.fullmatch(text)
        if not match:
            raise forms.ValidationError(_("Write two numbers, for example 60.2934, 25.0378"))
        latitude, longitude = (float(number.replace(",", ".")) for number in match.groups())
        if not is_in_finland(latitude, longitude):
            raise forms.ValidationError(_("This point is not in Finland. The first number is the one near 60 to 70."))
        return latitude, longitude

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean()
        for name in [name for name in self.fields if name.startswith("opens-")]:
            closing_name = name.replace("opens", "closes", 1)
            self._check_span(name, closing_name)
        for number, day in product(range(len(self.weeks)), range(1, 8)):
            self._check_day(f"{number}-{day}-")
        for row in range(self.exception_row_count):
            self._check_exception(f"exception-{row}-")
        for number in range(1, len(self.weeks)):
            start, end = cleaned_data.get(f"from-{number}"), cleaned_data.get(f"until-{number}")
            if start and end and start > end:
                self.add_error(f"until-{number}", _("The last day is before the first day."))
            if (
                not start
                and not end
                and any(cleaned_data.get(name) for name in self.fields if name.startswith(f"opens-{number}-"))
            ):
                self.add_error(f"from-{number}", _("Tell from when to when these hours hold."))
        return cleaned_data

    def _check_span(self, opens: str, closes: str) -> None:
        start, end = self.cleaned_data.get(opens), self.cleaned_data.get(closes)
        if bool(start) != bool(end) and not {opens, closes} & self.errors.keys():
            self.add_error(closes if start else opens, _("Give both opening and closing time."))
        elif start and start == end:
            self.add_error(closes, _("Opening and closing are at the same time."))
        elif start and end and _minutes_between(start, end) > MAX_OVERNIGHT_MINUTES and end < start:
            self.add_error(closes, _("It closes before it opens. Check both times."))

    def _check_day(self, day: str) -> None:
        """Report overlapping hours of a day at the later opening time."""
        cleaned_data = self.cleaned_data
        previous_end: dt.time | None = None
        spans: list[tuple[dt.time, dt.time, str]] = []
        for name in self.fields:
            if name.startswith(f"opens-{day}"):
                start, end = cleaned_data.get(name), cleaned_data.get(name.replace("opens", "closes", 1))
                if start and end:
                    spans.append((start, end, name))
        for start, end, name in sorted(spans, key=lambda span: span[0]):
            if previous_end is not None and start < previous_end:
                self.add_error(name, _("These hours overlap with others of the same day."))
            # Hours past midnight last until the end of the day.
            previous_end = end if end > start else dt.time.max

    def _check_exception(self, row: str) -> None:
        cleaned_data = self.cleaned_data
        start, end = cleaned_data.get(f"{row}starts_on"), cleaned_data.get(f"{row}ends_on")
        if start and end and start > end:
            self.add_error(f"{row}ends_on", _("The last day is before the first day."))
        filled = any(cleaned_data.get(name) for name in self.fields if name.startswith(row))
        if filled and not start and f"{row}starts_on" not in self.errors:
            self.add_error(f"{row}starts_on", _("Tell which day."))
        self._check_span(f"{row}opens_at", f"{row}closes_at")

    def location_facts(self) -> LocationFacts:
        return LocationFacts(self.cleaned_data, self.hours(), self.exceptions(), self.cleaned_data["point"])
