"""A record as its form writes it: plain values by the names of fields, to be kept as a draft and to be compared.

Parts are what a reader takes for one thing: a text in one language, all categories, all phone numbers, the hours of a
weekday. One rule holds for all kinds of records: what somebody else has changed meanwhile is not overwritten unseen.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from django.db import models

from organisations.models import Contact, Organisation
from services.models import Service, ServiceLocation
from services.search.analysis import LANGUAGES

from .facets import editable_facet_fields
from .form_hours import hours_values, normalise_hours, point_text
from .form_rows import form_rows, renumber_rows
from .service_texts import SERVICE_TEXT_NAMES


@dataclass(frozen=True)
class EditableFields:
    """The fields of a kind of record that its keepers write; `texts` are in all languages."""

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
        records=("categories", "locations", "municipalities", "counties"),
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
}
PHONES_PART, SEASONS_PART, EXCEPTIONS_PART, HOURS_PART_PREFIX = "phones", "seasons", "exceptions", "hours-"
PHONE_FIELDS = ("number", *(f"{text}_{language}" for text in ("label", "charge_note") for language in LANGUAGES))
MAX_PHONES = 8

Values = dict[str, str | bool | list[str]]
# Fields that are one part together.
_PART_PATTERNS = (
    (re.compile(r"phone-\d+-\w+"), PHONES_PART),
    (re.compile(r"(?:opens|closes)-0-(\d)-\d+"), HOURS_PART_PREFIX + r"\1"),
    (re.compile(r"(?:opens|closes|from|until)-\d+(?:-\d-\d+)?"), SEASONS_PART),
    (re.compile(r"exception-\d+-\w+"), EXCEPTIONS_PART),
)
# Nobody types them: control characters, and those that turn the direction of all that follows on a reader's screen.
_INVISIBLE_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class EditConflict(Exception):
    """Somebody else has changed the record meanwhile; nothing was stored.

    `theirs` are the values as they are now, in the draft or (`published`) as readers see them.
    """

    def __init__(self, theirs: Values, differences: "list[EditDifference]", *, published: bool):
        super().__init__(f"{len(differences)} differences")
        self.theirs, self.differences, self.published = theirs, differences, published


def record_values(record: models.Model) -> Values:
    """The values of a record; reads its phones, its hours and all that it relates to."""
    sheet, meta = EDITABLE_FIELDS[type(record)], record._meta
    single = [*(f"{text}_{language}" for text in sheet.texts for language in LANGUAGES), *sheet.others]
    values: Values = {name: _plain_value(getattr(record, meta.get_field(name).attname)) for name in single}
    values |= {name: getattr(record, name) for name in sheet.flags}
    values |= {name: list(getattr(record, name)) for name in sheet.choices}
    values |= {name: [str(one.pk) for one in getattr(record, name).all()] for name in sheet.records}
    if "categories" in sheet.records:
        values["categories"] = [str(category.current.pk) for category in record.categories.all()]
    if hasattr(record, "phones"):
        for row, phone in enumerate(record.phones.all()):
            values |= {f"phone-{row}-{name}": getattr(phone, name) or "" for name in PHONE_FIELDS}
    if isinstance(record, ServiceLocation):
        values |= {"point": point_text(record)} | hours_values(record)
    return normalise_values(values)


def normalise_values(values: Mapping) -> Values:
    """Values that compare: lines end alike, lists are in order, rows follow each other without gaps."""
    found = {name: _normalise_value(value) for name, value in values.items()}
    return normalise_hours(renumber_rows(renumber_rows(found, "phone"), "exception", by="starts_on"))


def phone_rows(values: Mapping) -> list[dict]:
    """The phone numbers among values, each as {"number": ..., "label_fi": ...}."""
    return [{part: row.get(part) or "" for part in PHONE_FIELDS} for row in form_rows(values, "phone")]


def part_name(name: str) -> str:
    """The part that a field belongs to; most are one by themselves."""
    return next((found.expand(part) for form, part in _PART_PATTERNS if (found := form.fullmatch(name))), name)


def values_by_part(values: Values) -> dict[str, object]:
    """The values by part. What lies in rows is {field: value} of all that is filled in."""
    found: dict[str, object] = {}
    for name, value in values.items():
        part = part_name(name)
        if part == name:
            found[name] = value
        elif value:
            found.setdefault(part, {})[name] = value
    return found


def part_digests(values: Values) -> dict[str, str]:
    """A few letters for each part, by which one sees whether it has changed."""
    return {
        part: blake2b(json.dumps(value, ensure_ascii=False, sort_keys=True).encode(), digest_size=6).hexdigest()
        for part, value in values_by_part(values).items()
    }


def aligned(values: Values, record: Values) -> Values:
    """Values that were stored some time ago, with the fields of today: new ones as the record has them.

    Rows are left alone: there are as many as are filled in.
    """
    kept = {name: value for name, value in values.items() if name in record or part_name(name) != name}
    return {name: value for name, value in record.items() if part_name(name) == name} | kept


def aligned_digests(base: Mapping[str, str], record: Values) -> dict[str, str]:
    """Digests that were stored some time ago, with those of fields that are newer; none stay none."""
    newer = {part: digest for part, digest in part_digests(record).items() if part in record}
    return newer | dict(base) if base else {}


def strip_invisible(text: str) -> str:
    """A text as a reader sees it: lines end alike, and nothing in it works unseen."""
    return _INVISIBLE_CHARACTERS.sub("", text.replace("\r\n", "\n"))


def changed_parts(before: Values, after: Values) -> set[str]:
    one, other = part_digests(before), part_digests(after)
    return {part for part in one.keys() | other.keys() if one.get(part) != other.get(part)}


@dataclass(frozen=True)
class EditDifference:
    """A part that two people see differently; who of them has changed it since they had the same."""

    part: str
    theirs: object
    mine: object
    changed_by_them: bool
    changed_by_me: bool


def edit_differences(*, base: Mapping[str, str], theirs: Values, mine: Values) -> list[EditDifference]:
    """Where two versions differ; `base` are the digests of the one from which mine began, none where that was empty."""
    my_digests, their_digests, my_parts, their_parts = (
        part_digests(mine),
        part_digests(theirs),
        values_by_part(mine),
        values_by_part(theirs),
    )

    def changed(part: str, values: Values, now: Mapping[str, str]) -> bool:
        # A field that was added after the base was stored had nothing in it then.
        if base and part not in base and part in values:
            return bool(values[part])
        return now.get(part) != base.get(part)

    return [
        EditDifference(
            part=part,
            theirs=their_parts.get(part),
            mine=my_parts.get(part),
            changed_by_them=changed(part, theirs, their_digests),
            changed_by_me=changed(part, mine, my_digests),
        )
        for part in dict.fromkeys((*their_parts, *my_parts))
        if their_digests.get(part) != my_digests.get(part)
    ]


def raise_on_conflict(*, theirs: Values, mine: Values, base: Mapping[str, str], published: bool = False) -> None:
    """Raises EditConflict where somebody else has changed what would be overwritten."""
    found = edit_differences(base=base, theirs=theirs, mine=mine)
    if any(difference.changed_by_them for difference in found):
        raise EditConflict(theirs, found, published=published)


def merge_values(*, mine: Values, theirs: Values, take: Iterable[str]) -> Values:
    """My version with some parts of theirs."""
    taken = set(take)
    found = {name: value for name, value in mine.items() if part_name(name) not in taken}
    return found | {name: value for name, value in theirs.items() if part_name(name) in taken}


def _plain_value(value) -> str:
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


def _normalise_value(value):
    if isinstance(value, list | tuple):
        return sorted({strip_invisible(str(one)) for one in value})
    if isinstance(value, bool):
        return value
    return strip_invisible(value or "").strip()
