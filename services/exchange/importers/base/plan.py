"""Compare a source with the database and plan what to write (three-way merge). Writes nothing.

For each field three values are known: that of the last import, the stored one, and that of the source. If the stored
value equals that of the last import, the value of the source is used. Otherwise the field was edited locally, and the
edit is kept.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .problems import Problems
from .record_kinds import ImportKind, Values
from .stored_records import StoredRecord

# Of two confirmations the later one is kept, whether local or imported.
LATEST_WINS_FIELDS = {"assured_at"}


@dataclass(slots=True)
class NewRecord:
    """A record of the source that is not stored yet, with all its values."""

    identifier: str
    values: Values


@dataclass(slots=True)
class ChangedRecord:
    """A stored record with the values to change."""

    pk: int
    values: Values


@dataclass(slots=True)
class KindPlan:
    """What an import writes of one kind of record from a source system."""

    kind: ImportKind
    system: str
    new: list[NewRecord] = field(default_factory=list)
    changed: list[ChangedRecord] = field(default_factory=list)
    unchanged: int = 0
    missing: list[StoredRecord] = field(default_factory=list)
    """Records in use that the source no longer has; they are archived."""
    active: int = 0
    """Number of records within the scope that were in use before the import."""
    imported_values: dict[int, Values] = field(default_factory=dict)
    """The new values of the last import by id of the reference, where they differ from the stored ones."""
    present_references: list[int] = field(default_factory=list)
    """Ids of references to records that the source still has."""

    @property
    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "gone": len(self.missing),
        }


def compare_records(
    kind: ImportKind,
    system: str,
    incoming: Mapping[str, Values],
    stored: Mapping[str, StoredRecord],
    problems: Problems,
    merged_categories: Mapping[str, str],
) -> KindPlan:
    """Return the plan for the records of one kind; local edits are reported as notices.

    `incoming` holds the values of the source and `stored` the records of the database, both by identifier.
    `merged_categories` maps codes of categories merged since the last import to their current codes.
    """
    plan = KindPlan(kind, system)
    for identifier, values in incoming.items():
        record = stored.get(identifier)
        if record is None:
            plan.new.append(NewRecord(identifier, values))
            continue
        plan.present_references.append(record.reference)
        changes = _changed_values(kind, record, values, problems, merged_categories)
        if changes:
            plan.changed.append(ChangedRecord(record.pk, changes))
        else:
            plan.unchanged += 1
        if record.imported != values:
            plan.imported_values[record.reference] = values
    return plan


def _changed_values(
    kind: ImportKind, record: StoredRecord, values: Values, problems: Problems, merged_categories: Mapping[str, str]
) -> Values:
    changes: Values = {}
    for name, new in values.items():
        current = record.values[name]
        if current == new:
            continue
        last = record.imported.get(name, empty_like(current))
        if name == "categories":
            last = sorted({merged_categories.get(code, code) for code in last})
        merged, is_local_edit = merge_value(
            last, current, new, as_set=name in kind.set_fields, latest_wins=name in LATEST_WINS_FIELDS
        )
        if is_local_edit:
            notice_code = "local-edit" if last == new else "local-edit-and-source-changed"
            problems.notice(notice_code, f"{kind.name}: {name}", record.name)
        if merged != current:
            changes[name] = merged
    return changes


def merge_value(
    last: Any, current: Any, new: Any, *, as_set: bool = False, latest_wins: bool = False
) -> tuple[Any, bool]:
    """Return the merged value, and whether a local edit was kept against the source.

    `last` is the value of the last import, `current` the stored one, `new` that of the source.
    """
    if current == new:
        return current, False
    if latest_wins:
        return max(filter(None, (current, new)), key=datetime.fromisoformat), False
    if as_set:
        added, removed = set(new) - set(last), set(last) - set(new)
        merged = sorted((set(current) | added) - removed)
        return merged, merged != new
    if current == last:
        return new, False
    return current, True


def empty_like(value: Any) -> Any:
    """Return the assumed value of the last import for a field that no import has filled yet."""
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return ""
    return [] if isinstance(value, list) else None


def find_missing(
    plan: KindPlan,
    stored: Mapping[str, StoredRecord],
    source_identifiers: Collection[str],
    is_within_scope: Callable[[StoredRecord], bool],
) -> None:
    """Set `plan.active`, and `plan.missing` to the records in use that are nowhere in the source."""
    in_use = [
        (identifier, record)
        for identifier, record in stored.items()
        if any(record.values[name] != value for name, value in plan.kind.archived_values.items())
        and is_within_scope(record)
    ]
    plan.active = len(in_use)
    plan.missing = [record for identifier, record in in_use if identifier not in source_identifiers]
