"""Changes in words: what a field is called, what its values are called, and what a number leads to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format, localize, time_format
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from organisations.models import Contact, User
from services.models import Change
from services.models.change import TRACKED_TABLES, Operation, TrackedTable

from .hours_text import ROW_TEXTS

PARTS_BY_TABLE: dict[str, TrackedTable] = {part.table: part for parts in TRACKED_TABLES.values() for part in parts}
# Who confirmed a record, and when, is what the moment itself says.
HIDDEN_FIELDS = frozenset(
    ["id", "public_id", "created_at", "updated_at", "assured_at", "assured_by", "order", "is_demo"]
)
# In the contact's own table.
PERSONAL_FIELDS = frozenset(["name", "email", "phone"])


@dataclass
class ChangeLine:
    """What was taken away and what came, of one field or kind of part; `language` is that of the texts, if known."""

    label: str
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    language: str = ""


class RecordNames:
    """What the numbers in changes lead to, read once for many: one query for each kind of record."""

    def __init__(self, changes: Iterable[Change], people: Iterable[int | None] = ()):
        wanted: dict[type[models.Model], set] = defaultdict(set)
        for change in changes:
            model = PARTS_BY_TABLE[change.part].model
            if model is Contact:
                wanted[Contact].add(change.row)
            for key in (found for found in model._meta.fields if found.is_relation):
                for values in (change.before, change.after):
                    if values and values.get(key.column) is not None:
                        wanted[key.related_model].add(values[key.column])
        wanted[User] |= {pk for pk in people if pk}
        self._names = {model: _names_by_pk(model, pks) for model, pks in wanted.items() if pks}

    def of(self, model: type[models.Model], pk: Any) -> str:
        name = self._names.get(model, {}).get(pk)
        return name or _("%(what)s no. %(number)s, deleted since") % {
            "what": capfirst(model._meta.verbose_name),
            "number": pk,
        }


def _names_by_pk(model: type[models.Model], pks: set) -> dict[Any, str]:
    return {record.pk: str(record) for record in model._base_manager.filter(pk__in=pks)}


def change_lines(changes: Iterable[Change], names: RecordNames) -> list[ChangeLine]:
    """Changes of one record in words: its own fields first, in the order of the model, then its parts."""
    by_part: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_part[change.part].append(change)
    found = []
    for table, part in PARTS_BY_TABLE.items():
        if part.is_internal or table not in by_part:
            continue
        if part.is_main:
            found += _main_lines(by_part[table], names)
        elif part.is_link:
            found += _link_lines(part, by_part[table], names)
        else:
            found += _row_lines(part, by_part[table], names)
    return found


def _main_lines(changes: list[Change], names: RecordNames) -> Iterator[ChangeLine]:
    for change in changes:
        if change.operation != Operation.REMOVED:
            yield from _field_lines(change, names)


def _field_lines(change: Change, names: RecordNames, before: str = "") -> Iterator[ChangeLine]:
    """What changed in a row; `before` stands before what the fields are called."""
    for column in _visible_fields(PARTS_BY_TABLE[change.part].model):
        old = _value_texts(change, column, (change.before or {}).get(column.column), names)
        new = _value_texts(change, column, (change.after or {}).get(column.column), names)
        removed, added = [value for value in old if value not in new], [value for value in new if value not in old]
        if removed or added:
            yield ChangeLine(before + _field_label(column), removed, added, getattr(column, "language", ""))


def _link_lines(part: TrackedTable, changes: list[Change], names: RecordNames) -> Iterator[ChangeLine]:
    found = ChangeLine(_link_label(part))
    for change in changes:
        values, told = (
            (change.after, found.added) if change.operation == Operation.ADDED else (change.before, found.removed)
        )
        told.append(names.of(part.other.related_model, values[part.other.column]))
    found.removed.sort(), found.added.sort()
    yield from _net_changes(found)


def _row_lines(part: TrackedTable, changes: list[Change], names: RecordNames) -> Iterator[ChangeLine]:
    found = ChangeLine(capfirst(part.model._meta.verbose_name_plural))
    changes = sorted(changes, key=_row_sort_key)
    for change in changes:
        if change.operation == Operation.ADDED or (part.whole and change.after):
            found.added.append(_row_text(change, change.after, names))
        if change.operation == Operation.REMOVED or (part.whole and change.before):
            found.removed.append(_row_text(change, change.before, names))
    yield from _net_changes(found)
    for change in changes:
        if change.operation == Operation.CHANGED and not part.whole:
            yield from _field_lines(change, names, before=f"{capfirst(part.model._meta.verbose_name)}: ")


def _net_changes(line: ChangeLine) -> Iterator[ChangeLine]:
    """Without what went and came back, as rows do that are written anew."""
    for value in [*line.removed]:
        if value in line.added:
            line.removed.remove(value)
            line.added.remove(value)
    if line.removed or line.added:
        yield line


def _row_sort_key(change: Change) -> list[tuple[bool, Any]]:
    """Where its row stands among its like."""
    values = change.after or change.before
    return [
        (values.get(name) is not None, values.get(name))
        for name in PARTS_BY_TABLE[change.part].model._meta.ordering
        if name != "pk"
    ]


def _row_text(change: Change, values: dict, names: RecordNames) -> str:
    """A part in one line, for instance a phone number with what it is for."""
    part = PARTS_BY_TABLE[change.part]
    if part.whole:
        fields = part.model._meta.concrete_fields
        return ROW_TEXTS[part.model]({field.column: field.to_python(values.get(field.column)) for field in fields})
    return ", ".join(
        text
        for column in _visible_fields(part.model)
        if column.column != part.column
        for text in _value_texts(change, column, values.get(column.column), names)
    )


def _visible_fields(model: type[models.Model]) -> Iterator[models.Field]:
    """The fields that readers are told of; behind translated ones there is one that only repeats the Finnish."""
    names = {column.name for column in model._meta.concrete_fields}
    for column in model._meta.concrete_fields:
        if column.name not in HIDDEN_FIELDS and f"{column.name}_fi" not in names:
            yield column


def _field_label(column: models.Field) -> str:
    if translated := getattr(column, "translated_field", None):
        return f"{capfirst(translated.verbose_name)} ({get_language_info(column.language)['name_translated']})"
    return capfirst(column.verbose_name)


def _link_label(part: TrackedTable) -> str:
    """What the field is called on the side that readers see."""
    other = part.other.related_model._meta
    return capfirst(_("categories") if part.table == "services_category_organisations" else other.verbose_name_plural)


def _value_texts(change: Change, column: models.Field, value: Any, names: RecordNames) -> list[str]:
    """A value in words; several of a field that holds several, none of an empty one."""
    if change.erased and column.name in PERSONAL_FIELDS and value == "":
        return [_("(erased personal information)")]
    if value in (None, "", []):
        return []
    if column.is_relation:
        return [names.of(column.related_model, value)]
    if isinstance(column, ArrayField):
        labels = dict(column.base_field.flatchoices)
        return [str(labels.get(one, one)) for one in value]
    if column.flatchoices:
        return [str(dict(column.flatchoices).get(value, value))]
    if isinstance(column, models.BooleanField):
        return [_("yes") if value else _("no")]
    return [_scalar_text(column, value)]


def _scalar_text(column: models.Field, value: Any) -> str:
    if isinstance(column, models.DateTimeField):
        return date_format(timezone.localtime(column.to_python(value)), "SHORT_DATETIME_FORMAT")
    if isinstance(column, models.DateField):
        return date_format(column.to_python(value), "SHORT_DATE_FORMAT")
    if isinstance(column, models.TimeField):
        return time_format(column.to_python(value), "TIME_FORMAT")
    if isinstance(column, models.FloatField):
        return localize(value)
    return str(value)
