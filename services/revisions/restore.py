"""Restore a version of a record with its parts, also of a deleted record."""

import json
from collections import defaultdict
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from organisations.core.audit_context import ChangeSource, audit_context
from organisations.models import Organisation
from services.content.record_values import EDITABLE_FIELDS
from services.indexing.lock import lock_search_index
from services.indexing.services import (
    index_category,
    index_organisation,
    index_services,
    service_ids_tagged_below,
)
from services.models import Category, Change, Service, ServiceLocation
from services.models.change import TRACKED_TABLES, Operation, RecordKind, TrackedTable

from .versions import RowsByTable, VersionedRecord

Rows = dict[int, dict[str, Any]]
# Not restored in existing records: the confirmation, which concerns the current content, and the organisation, which
# decides who may change the record.
UNRESTORED_FIELDS = frozenset(
    ["created_at", "updated_at", "assured_at", "assured_by_id", "public_id", "organisation_id"]
)
# Fields that members may set outside the forms: they publish and archive services, and set places on the map.
MEMBER_FIELDS_BESIDES_FORM = {Service: {"status"}, ServiceLocation: {"latitude", "longitude"}}


class CannotRestore(Exception):
    """A version cannot be restored; the message is for the user."""


@transaction.atomic
def restore_version(
    *, record: VersionedRecord, version: int, by: int | None = None, as_member: bool = False, seen: str = ""
) -> int:
    """Restore the record as it was after the change `version`; returns how many parts were left out.

    Parts are left out if they refer to deleted records. In an existing record a member restores only fields that
    members may edit. `seen` is the latest change that the user has seen, or "" to skip this check.

    Raises CannotRestore, in which case nothing has changed.
    """
    with audit_context(through=ChangeSource.RESTORE, by=by):
        lock_search_index()
        if seen not in ("", record.latest):
            raise CannotRestore(_("Somebody has changed the record meanwhile. Look at what is different now."))
        now, wanted = record.rows(), record.rows_at(version)
        _check_restorable(record, version, wanted)
        was_there = record.pk in now[record.main.table]
        parts = {part.table: part for part in record.parts}
        if not was_there:
            parts |= _deleted_links(record, wanted)
        left_out = _drop_missing_targets(record, parts, wanted)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for table, part in parts.items():
                    _write_rows(cursor, part, now.get(table, {}), wanted[table], _unrestored_columns(part, as_member))
                # Check foreign keys here instead of at the commit.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except IntegrityError:
            raise CannotRestore(_("Another record has taken its place, so it cannot be brought back.")) from None
        if not was_there:
            left_out += _restore_deleted_children(record, by)
        _reindex_record(record)
    return left_out


def _restore_deleted_children(record: VersionedRecord, by: int | None) -> int:
    """Restore contacts and places deleted with their organisation, except erased people."""
    deletion = record.changes.deletions().first()
    if record.kind != RecordKind.ORGANISATION or deletion is None:
        return 0
    left_out = 0
    for child_deletion in Change.objects.deletions().filter(moment=deletion.moment, organisation=record.pk):
        child = VersionedRecord(child_deletion.kind, child_deletion.record)
        # Its parts were deleted before it.
        first_change = child.changes.filter(moment=deletion.moment).earliest("pk")
        with suppress(CannotRestore):
            left_out += restore_version(record=child, version=first_change.pk - 1, by=by)
    return left_out


def _check_restorable(record: VersionedRecord, version: int, wanted: RowsByTable) -> None:
    if record.pk not in wanted[record.main.table]:
        raise CannotRestore(_("It was not there at that time."))
    # Versions after the erasure have no erased data.
    if record.changes.filter(erased=True, pk__gt=version).exists():
        raise CannotRestore(_("The personal details were erased for good, so it cannot be brought back."))


def _deleted_links(record: VersionedRecord, wanted: RowsByTable) -> dict[str, TrackedTable]:
    """Links from other records deleted together with this one: tags of a category, services of a location."""
    deletion = record.changes.deletions().filter(part=record.main.table).first()
    links_by_table = {}
    for part in (part for parts in TRACKED_TABLES.values() for part in parts if part.is_link):
        if deletion is not None and part.other.related_model is record.main.model:
            links = Change.objects.filter(
                part=part.table,
                operation=Operation.REMOVED,
                moment=deletion.moment,
                **{f"before__{part.other.column}": record.pk},
            )
            wanted[part.table] = {change.row: change.before or {} for change in links}
            links_by_table[part.table] = part
    return links_by_table


def _drop_missing_targets(record: VersionedRecord, parts: dict[str, TrackedTable], wanted: RowsByTable) -> int:
    """Drop references to deleted records; returns how many parts were dropped."""
    keys = [
        (table, row, field)
        for table, part in parts.items()
        for row in list(wanted[table])
        for field in part.model._meta.fields
        if isinstance(field, models.ForeignKey) and wanted[table][row].get(field.column) is not None
    ]
    target_pks: dict[type[models.Model], set[Any]] = defaultdict(set)
    for table, row, field in keys:
        target_pks[field.related_model].add(wanted[table][row][field.column])
    existing_pks = {
        model: set(model._base_manager.filter(pk__in=pks).values_list("pk", flat=True))
        for model, pks in target_pks.items()
    }
    existing_pks.setdefault(record.main.model, set()).add(record.pk)
    dropped = 0
    for table, row, field in keys:
        columns = wanted[table].get(row)
        if columns is None or columns.get(field.column) in existing_pks[field.related_model]:
            continue
        if field.null:
            columns[field.column] = None
        elif parts[table].is_main:
            raise CannotRestore(_("The %(what)s it belonged to is no more.") % {"what": field.verbose_name})
        else:
            del wanted[table][row]
            dropped += 1
    return dropped


def _unrestored_columns(part: TrackedTable, as_member: bool) -> set[str]:
    """The columns of an existing row that are not restored."""
    if not part.is_main:
        return set()
    stays = set(UNRESTORED_FIELDS) | ({"parent_id"} if part.model is Organisation else set())
    if as_member:
        written = {*EDITABLE_FIELDS[part.model].fields, *MEMBER_FIELDS_BESIDES_FORM.get(part.model, ())}
        stays |= {field.attname for field in part.model._meta.concrete_fields if field.name not in written}
    return stays


def _write_rows(cursor: CursorWrapper, part: TrackedTable, now: Rows, wanted: Rows, stays: set[str]) -> None:
    """Write the rows that differ. Names of tables and columns come from the models, so the SQL is safe."""
    if not part.is_internal and (surplus := [*(now.keys() - wanted.keys())]):
        cursor.execute(f"DELETE FROM {part.table} WHERE id = ANY(%s)", [surplus])
    columns = {field.attname: field for field in part.model._meta.concrete_fields}
    for pk, row in wanted.items():
        if pk not in now:
            cursor.execute(
                f"INSERT INTO {part.table} SELECT * FROM jsonb_populate_record(NULL::{part.table}, %s)",
                [json.dumps({column: _value_or_default(field, row.get(column)) for column, field in columns.items()})],
            )
            continue
        changed = [c for c in columns if c not in stays and row.get(c) != now[pk].get(c)]
        if part.is_internal or not changed:
            continue
        names = ", ".join(f'"{column}"' for column in changed)
        cursor.execute(
            f"UPDATE {part.table} SET ({names}) = (SELECT {names} FROM jsonb_populate_record(NULL::{part.table}, %s)) "
            "WHERE id = %s",
            [json.dumps({column: _value_or_default(columns[column], row.get(column)) for column in changed}), pk],
        )
    if part.is_main and "updated_at" in columns:
        cursor.execute(f"UPDATE {part.table} SET updated_at = now() WHERE id = ANY(%s)", [[*wanted]])


def _value_or_default(field: models.Field, value: Any) -> Any:
    """The value, or the default of a column that was added after the version."""
    if value is None and not field.null and not field.primary_key:
        return field.get_prep_value(field.get_default())
    return value


def _reindex_record(record: VersionedRecord) -> None:
    match record.kind:
        case RecordKind.SERVICE:
            index_services(service_ids=[record.pk])
        case RecordKind.LOCATION:
            index_services(service_ids=Service.objects.filter(locations=record.pk).values_list("pk", flat=True))
        case RecordKind.ORGANISATION:
            index_organisation(organisation=Organisation.objects.get(pk=record.pk))
        case RecordKind.CATEGORY:
            category = Category.objects.get(pk=record.pk)
            index_services(service_ids=service_ids_tagged_below(categories=[category]))
            index_category(category=category)
