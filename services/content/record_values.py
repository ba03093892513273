"""A record as its form writes it: plain values by field names, which are stored as a draft and compared.

Fields in rows belong to one part: all phone numbers, or the hours of a weekday (see `edit_conflicts`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.datastructures import MultiValueDict

from organisations.models import Contact, Organisation
from services.models import Category, PathStep, Service, ServiceLocation, ServicePath
from services.search.analysis import LANGUAGES

from .edit_conflicts import Digests, EditConflict, edit_differences, part_digests
from .facets import editable_facet_fields
from .form_hours import hours_values, normalise_hours, point_text
from .form_rows import form_rows, renumber_rows
from .form_values import Value, plain_value
from .service_texts import SERVICE_TEXT_NAMES


@dataclass(frozen=True)
class EditableFields:
    """The fields of a kind of record that its editors write; `texts` are in all languages."""

    texts: tuple[str, ...]
    others: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    records: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        texts = (f"{text}_{language}" for text in self.texts for language in LANGUAGES)
        return (*texts, *self.others, *self.flags, *self.choices, *self.records)


EDITABLE_FIELDS: dict[type[models.Model], EditableFields] = {
    Service: EditableFields(
        texts=SERVICE_TEXT_NAMES,
        others=("age_min", "age_max", *editable_facet_fields(Service, "single"), "email", "valid_from", "valid_until"),
        flags=(*editable_facet_fields(Service, "flag"), "nationwide"),
        choices=editable_facet_fields(Service, "choices"),
        records=("categories", "locations", "contacts", "municipalities", "counties"),
    ),
    Organisation: EditableFields(
        texts=("name", "description", "website"),
        others=("abbreviation", "email"),
        flags=("nationwide",),
        records=("categories", "municipalities", "counties"),
    ),
    Contact: EditableFields(
        texts=("title",),
        others=("name", "email", "phone", "visibility"),
        choices=("purposes",),
        records=("municipalities",),
    ),
    ServiceLocation: EditableFields(
        texts=("name", "street", "city", "hours_note", "accessibility_note", "website"),
        others=("postal_code", "municipality", "email"),
        flags=("by_appointment",),
        choices=editable_facet_fields(ServiceLocation, "choices"),
    ),
    Category: EditableFields(texts=("name", "note"), others=("parent", "safety")),
    ServicePath: EditableFields(texts=("name", "summary"), others=("county", "category")),
    PathStep: EditableFields(
        texts=("title", "who", "move_on", "responsible", "search_text"), others=("search_category",)
    ),
}
PHONES_PART, SEASONS_PART, EXCEPTIONS_PART, HOURS_PART_PREFIX = "phones", "seasons", "exceptions", "hours-"
PHONE_FIELDS = ("number", *(f"{text}_{language}" for text in ("label", "charge_note") for language in LANGUAGES))
MAX_PHONES = 8

Values = dict[str, Value]
# Fields that are one part together.
_PART_PATTERNS = (
    (re.compile(r"phone-\d+-\w+"), PHONES_PART),
    (re.compile(r"(?:opens|closes)-0-(\d)-\d+"), HOURS_PART_PREFIX + r"\1"),
    (re.compile(r"(?:opens|closes|from|until)-\d+(?:-\d-\d+)?"), SEASONS_PART),
    (re.compile(r"exception-\d+-\w+"), EXCEPTIONS_PART),
)


def record_values(record: Any) -> Values:
    """The values of a record; reads its phones, its hours and all its relations."""
    editable, meta = EDITABLE_FIELDS[type(record)], record._meta
    single = [*(f"{text}_{language}" for text in editable.texts for language in LANGUAGES), *editable.others]
    values: dict[str, Any] = {name: getattr(record, meta.get_field(name).attname) for name in single}
    values |= {name: getattr(record, name) for name in (*editable.flags, *editable.choices)}
    values |= {name: getattr(record, name).all() for name in editable.records}
    if "categories" in editable.records:
        values["categories"] = [category.current for category in record.categories.all()]
    if hasattr(record, "phones"):
        for row, phone in enumerate(record.phones.all()):
            values |= {f"phone-{row}-{name}": getattr(phone, name) for name in PHONE_FIELDS}
    if isinstance(record, ServiceLocation):
        values |= {"point": point_text(record)} | hours_values(record)
    return normalise_values(values)


def normalise_values(values: Mapping[str, Any]) -> Values:
    """Comparable values; the rows are numbered without gaps."""
    plain_values = {name: plain_value(value) for name, value in values.items()}
    return normalise_hours(renumber_rows(renumber_rows(plain_values, "phone"), "exception", by="starts_on"))


def phone_rows(values: Mapping[str, Any]) -> list[dict[str, str]]:
    """The phone numbers among values, each as {"number": ..., "label_fi": ...}."""
    return [{name: row.get(name) or "" for name in PHONE_FIELDS} for row in form_rows(values, "phone")]


def form_data(values: Values) -> MultiValueDict[str, str]:
    """The values as a browser sends them."""
    return MultiValueDict(
        {
            name: value if isinstance(value, list) else ["on" if value is True else value]
            for name, value in values.items()
            if value is not False
        }
    )


def part_name(name: str) -> str:
    """The part that a field belongs to; most fields are a part of their own."""
    return next((match.expand(part) for form, part in _PART_PATTERNS if (match := form.fullmatch(name))), name)


def values_by_part(values: Values) -> dict[str, Any]:
    """The values by part; a part with rows is {field: value} of all fields that are filled in."""
    parts: dict[str, Any] = {}
    for name, value in values.items():
        part = part_name(name)
        if part == name:
            parts[name] = value
        elif value:
            parts.setdefault(part, {})[name] = value
    return parts


def value_digests(values: Values) -> Digests:
    return part_digests(values_by_part(values))


def changed_parts(before: Values, after: Values) -> set[str]:
    old, new = value_digests(before), value_digests(after)
    return {part for part in old.keys() | new.keys() if old.get(part) != new.get(part)}


def add_newer_fields(values: Values, record: Values) -> Values:
    """Stored values with today's fields: those added since have the values of the record. Rows are left as they are."""
    known = {name: value for name, value in values.items() if name in record or part_name(name) != name}
    return {name: value for name, value in record.items() if part_name(name) == name} | known


def add_newer_digests(base: Mapping[str, str], record: Values) -> Digests:
    """Stored digests with those of fields added since; none stay none."""
    newer = {part: digest for part, digest in value_digests(record).items() if part in record}
    return newer | dict(base) if base else {}


def merge_values(*, mine: Values, theirs: Values, take: Iterable[str]) -> Values:
    """My version with some parts of theirs."""
    taken = set(take)
    merged = {name: value for name, value in mine.items() if part_name(name) not in taken}
    return merged | {name: value for name, value in theirs.items() if part_name(name) in taken}


def raise_on_conflict(*, base: Mapping[str, str], theirs: Values, mine: Values, published: bool = False) -> None:
    """Raise EditConflict if mine would overwrite what somebody else has changed since the base."""
    differences = edit_differences(base=base, theirs=values_by_part(theirs), mine=values_by_part(mine))
    if any(difference.changed_by_them for difference in differences):
        raise EditConflict(differences, value_digests(theirs), published=published)
