"""Describe changes in words: labels of fields, texts of values, and names of related records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

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
# The confirmation is shown with the moment of the change itself.
HIDDEN_FIELDS = frozenset(
    ["id", "public_id", "created_at", "updated_at", "assured_at", "assured_by", "order", "is_demo"]
)
# In the table of contacts.
PERSONAL_FIELDS = frozenset(["name", "email", "phone"])


@dataclass
class ChangeLine:
    """Removed and added values of one field or kind of part; `language` is that of the texts, if known."""

    label: str
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    language: str = ""


class RecordNames:
    """Names of the records that changes refer to by id, with one query for each model."""

    def __init__(self, changes: Iterable[Change], people: Iterable[int | None] = ()):
        pks_by_model: dict[type[models.Model], set] = defaultdict(set)
        for change in changes:
            model = PARTS_BY_TABLE[change.part].model
            if model is Contact:
                pks_by_model[Contact].add(change.row)
            for key in (column for column in model._meta.fields if column.is_relation):
                for values in (change.before, change.after):
                    if values and values.get(key.column) is not None:
                        pks_by_model[cast(type[models.Model], key.related_model)].add(values[key.column])
        pks_by_model[User] |= {pk for pk in people if pk}
        self._names = {model: _names_by_pk(model, pks) for model, pks in pks_by_model.items() if pks}

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
    lines: list[ChangeLine] = []
    for table, part in PARTS_BY_TABLE.items():
        if part.is_internal or table not in by_part:
            continue
        if part.is_main:
            lines += _main_lines(by_part[table], names)
        elif part.is_link:
            lines += _link_lines(part, by_part[table], names)
        else:
            lines += _row_lines(part, by_part[table], names)
    return lines


def _main_lines(changes: list[Change], names: RecordNames) -> Iterator[ChangeLine]:
    for change in changes:
        if change.operation != Operation.REMOVED:
            yield from _field_lines(change, names)


def _field_lines(change: Change, names: RecordNames, before: str = "") -> Iterator[ChangeLine]:
    """The changed fields of a row; `before` is a prefix of the labels."""
    for column in _visible_fields(PARTS_BY_TABLE[change.part].model):
        old = _value_texts(change, column, (change.before or {}).get(column.column), names)
        new = _value_texts(change, column, (change.after or {}).get(column.column), names)
        removed, added = [value for value in old if value not in new], [value for value in new if value not in old]
        if removed or added:
            yield ChangeLine(before + field_label(column), removed, added, getattr(column, "language", ""))


def _link_lines(part: TrackedTable, changes: list[Change], names: RecordNames) -> Iterator[ChangeLine]:
    line = ChangeLine(_link_label(part))
    for change in changes:
        values, texts = (
            (change.after, line.added) if change.operation == Operation.ADDED else (change.before, line.removed)
        )
        texts.append(names.of(part.other.related_model, (values or {})[part.other.column]))
    line.removed.sort(), line.added.sort()
    yield from _net_changes(line)


def _row_lines(part: TrackedTable, changes: list[Change], names: RecordNames) -> Iterator[ChangeLine]:
    line = ChangeLine(str(capfirst(part.model._meta.verbose_name_plural)))
    changes = sorted(changes, key=_row_sort_key)
    for change in changes:
        if change.operation == Operation.ADDED or (part.whole and change.after):
            line.added.append(_row_text(change, change.after or {}, names))
        if change.operation == Operation.REMOVED or (part.whole and change.before):
            line.removed.append(_row_text(change, change.before or {}, names))
    yield from _net_changes(line)
    for change in changes:
        if change.operation == Operation.CHANGED and not part.whole:
            yield from _field_lines(change, names, before=f"{capfirst(part.model._meta.verbose_name)}: ")


def _net_changes(line: ChangeLine) -> Iterator[ChangeLine]:
    """Drop values both removed and added, as when rows are rewritten."""
    for value in [*line.removed]:
        if value in line.added:
            line.removed.remove(value)
            line.added.remove(value)
    if line.removed or line.added:
        yield line


def _row_sort_key(change: Change) -> list[tuple[bool, Any]]:
    """The sort key of the changed row, by the ordering of its model."""
    values = change.after or change.before or {}
    return [
        (values.get(name) is not None, values.get(name))
        for name in map(str, PARTS_BY_TABLE[change.part].model._meta.ordering or ())
        if name != "pk"
    ]


def _row_text(change: Change, values: dict[str, Any], names: RecordNames) -> str:
    """A row in one line, for instance a phone number with its label."""
    part = PARTS_BY_TABLE[change.part]
    if part.whole:
        fields = part.model._meta.concrete_fields
        return ROW_TEXTS[part.model]({field.attname: field.to_python(values.get(field.attname)) for field in fields})
    return ", ".join(
        text
        for column in _visible_fields(part.model)
        if column.column != part.column
        for text in _value_texts(change, column, values.get(column.attname), names)
    )


def _visible_fields(model: type[models.Model]) -> Iterator[models.Field]:
    """The fields that are shown; the base column of a translated field only repeats the Finnish text."""
    names = {column.name for column in model._meta.concrete_fields}
    for column in model._meta.concrete_fields:
        if column.name not in HIDDEN_FIELDS and f"{column.name}_fi" not in names:
            yield column


def field_label(column: models.Field) -> str:
    """The label of a model field; of a translated one with its language."""
    if translated := getattr(column, "translated_field", None):
        language = get_language_info(getattr(column, "language", ""))
        return f"{capfirst(translated.verbose_name)} ({language['name_translated']})"
    return str(capfirst(column.verbose_name))


def _link_label(part: TrackedTable) -> str:
    """The label of the relation on the side that readers see."""
    is_category = part.table == "services_category_organisations"
    label = _("categories") if is_category else part.other.related_model._meta.verbose_name_plural
    return str(capfirst(label))


def _value_texts(change: Change, column: models.Field, value: Any, names: RecordNames) -> list[str]:
    """The texts of a value: several for an array, none if it is empty."""
    if change.erased and column.name in PERSONAL_FIELDS and value == "":
        return [_("(erased personal information)")]
    if value in (None, "", []):
        return []
    if column.is_relation:
        return [names.of(cast(type[models.Model], column.related_model), value)]
    if isinstance(column, ArrayField):
        labels = dict(column.base_field.flatchoices)
        return [str(labels.get(choice, choice)) for choice in value]
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
