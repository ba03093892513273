"""Values of form fields: as they are compared, sent by a browser, and displayed."""

import datetime as dt
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from services.search.personal_data import holds_identity_code, personal_data_in

Value = str | bool | list[str]

# Control characters, and those that change the direction of the following text.
_INVISIBLE_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def strip_invisible(text: str) -> str:
    """The text as a reader sees it: with uniform line ends and without invisible characters."""
    return _INVISIBLE_CHARACTERS.sub("", text.replace("\r\n", "\n"))


def name_without_personal_data(text: str) -> str:
    """A name that a user gives to something, in one line. Raises ValidationError if it tells who somebody is."""
    name = " ".join(strip_invisible(text).split())
    if holds_identity_code(name):
        raise ValidationError(
            _("There is a personal identity code here. Take it out: nothing was stored."), code="personal"
        )
    if personal_data_in(name):
        raise ValidationError(_("This seems to tell who somebody is. Describe the situation instead."), code="personal")
    return name


def plain_value(value: Any) -> Value:
    """A stored or submitted value, such that equal values compare equal: lists sorted, records by their keys."""
    if isinstance(value, bool):
        return value
    if isinstance(value, list | tuple | set | models.QuerySet):
        return sorted({strip_invisible(_text(item)) for item in value})
    return strip_invisible(_text(value)).strip()


def comparable_value(field: forms.Field, value: Any) -> Value:
    """An initial or submitted value of a field; an invalid one is compared as it was typed."""
    if not hasattr(field, "queryset"):
        with suppress(ValidationError):
            value = field.to_python(value)
    return plain_value(value)


def browser_values(field: forms.Field, initial: Any) -> list[str]:
    """What a browser sends for a field with an initial value."""
    value = field.prepare_value(initial)
    if isinstance(field, forms.BooleanField):
        return ["on"] if value else []
    if isinstance(value, list | tuple | set):
        return [str(item) for item in value]
    text = field.widget.format_value(value)
    return [*text] if isinstance(text, list) else [text or ""]


def display_lines(field: forms.Field, value: Any) -> list[str]:
    """The lines that show a plain value of a field; none if it is empty."""
    if isinstance(value, bool):
        return [_("yes") if value else _("no")]
    keys = [key for key in (value if isinstance(value, list) else [value]) if key]
    if isinstance(field, forms.ModelChoiceField):
        return [str(field.label_from_instance(record)) for record in _records(field.queryset, keys)]
    if isinstance(field, forms.ChoiceField):
        labels = {str(choice): label for choice, label in cast(Iterable[tuple[Any, Any]], field.choices)}
        return [str(labels.get(key, key)) for key in keys]
    if isinstance(field, forms.DateField):
        return [format_day(key) for key in keys]
    return [line for key in keys for line in str(key).splitlines()]


def format_day(text: str) -> str:
    """A localised date; text that is not an ISO date is returned unchanged."""
    try:
        return date_format(dt.date.fromisoformat(text), "SHORT_DATE_FORMAT")
    except ValueError:
        return text


def _records(records: models.QuerySet | None, keys: Collection[str]) -> list[models.Model]:
    """The records with these keys, which may be anything that was submitted."""
    if records is None or not keys:
        return []
    primary_key, valid = records.model._meta.pk, []
    for key in keys:
        with suppress(ValidationError):
            valid.append(primary_key.to_python(strip_invisible(key)))
    return [record for record in records.filter(pk__in=valid) if str(record.pk) in keys]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, models.Model):
        return str(value.pk)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
