"""Reconstruct a record at any time: its current rows with later changes reverted."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from services.models import Change
from services.models.change import TRACKED_TABLES, Operation, RecordKind

# {table: {row id: {column: JSON value}}}
RowsByTable = dict[str, dict[int, dict[str, Any]]]


@dataclass(frozen=True)
class VersionedRecord:
    """A record of a kind (`services.models.change.RecordKind`) by its id, existing or deleted."""

    kind: str
    pk: int

    @property
    def parts(self):
        return TRACKED_TABLES[self.kind]

    @property
    def main(self):
        return self.parts[0]

    @property
    def changes(self):
        return Change.objects.of(self.kind, self.pk)

    @property
    def latest(self) -> str:
        """The id of the latest change, to detect changes since a page was opened."""
        return str(self.changes.order_by("-pk").values_list("pk", flat=True).first() or "")

    @property
    def organisation(self) -> int | None:
        """The id of the current or last organisation; None for a category."""
        if self.kind == RecordKind.ORGANISATION:
            return self.pk
        if self.kind == RecordKind.CATEGORY:
            return None
        current = self.main.model._base_manager.filter(pk=self.pk).values_list("organisation", flat=True).first()
        last = self.changes.filter(part=self.main.table).order_by("-pk")
        return current or last.values_list("organisation", flat=True).first()

    def rows(self) -> RowsByTable:
        """The current rows in the database."""
        rows_by_table: RowsByTable = {part.table: {} for part in self.parts}
        query = " UNION ALL ".join(
            f"SELECT '{part.table}', id, to_jsonb(stored)::text FROM {part.table} stored WHERE {part.column} = %(pk)s"
            for part in self.parts
        )
        with connection.cursor() as cursor:
            cursor.execute(query, {"pk": self.pk})
            for table, pk, row in cursor.fetchall():
                rows_by_table[table][pk] = json.loads(row)
        return rows_by_table

    def rows_at(self, version: int, current: RowsByTable | None = None) -> RowsByTable:
        """The rows after the change with this id, or if there is none, before the next one.

        `current` are the rows of now, if they have been read already.
        """
        rows = {table: dict(part_rows) for table, part_rows in (current or self.rows()).items()}
        for change in self.changes.filter(pk__gt=version).order_by("-pk"):
            part_rows = rows[change.part]
            if change.operation == Operation.ADDED:
                part_rows.pop(change.row, None)
            else:
                part_rows[change.row] = part_rows.get(change.row, {}) | change.before
        return rows

    def complete(self, changes: Iterable[Change]) -> None:
        """Complete changes of rows described as a whole with all columns, as only changed columns are stored."""
        wholes = [part.table for part in self.parts if part.whole]
        partial = {c.pk: c for c in changes if c.part in wholes and c.operation == Operation.CHANGED}
        if not partial:
            return
        rows = self.rows()
        for change in self.changes.filter(part__in=wholes, pk__gte=min(partial)).order_by("-pk"):
            after = rows[change.part].get(change.row, {})
            before = rows[change.part][change.row] = after | (change.before or {})
            if change.pk in partial:
                partial[change.pk].before, partial[change.pk].after = before, after


def version_differences(before: RowsByTable, after: RowsByTable) -> list[Change]:
    """The differences between two versions, as unsaved changes."""
    changes = []
    wholes = {part.table for parts in TRACKED_TABLES.values() for part in parts if part.whole}
    for table in after:
        old, new = before[table], after[table]
        for row in sorted(old.keys() | new.keys()):
            change = Change(part=table, row=row, before=old.get(row), after=new.get(row))
            if change.before is None:
                change.operation = Operation.ADDED
            elif change.after is None:
                change.operation = Operation.REMOVED
            else:
                columns = {
                    column
                    for column in change.before.keys() | change.after.keys()
                    if change.before.get(column) != change.after.get(column)
                }
                if not columns:
                    continue
                change.operation = Operation.CHANGED
                if table not in wholes:
                    change.before = {column: change.before.get(column) for column in columns}
                    change.after = {column: change.after.get(column) for column in columns}
            changes.append(change)
    return changes
