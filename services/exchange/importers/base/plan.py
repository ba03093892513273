"""Compare a source with the database and plan what to write (three-way merge). Writes nothing.

For each field three values are known: the last imported one, the stored one, and that of the source. If the last two
differ and the stored value equals the last imported one, the source has changed and its value is used; otherwise the
field was edited locally, and the edit is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .problems import Problems
from .record_kinds import ImportKind
from .stored_records import StoredRecord

# The later of two confirmations counts, whether local or imported.
LATEST_WINS_FIELDS = {"assured_at"}


@dataclass(slots=True)
class PlannedChange:
    """A record to write: all values of a new record, or the changed values of a stored one."""

    identifier: str
    values: dict
    pk: int | None = None


@dataclass(slots=True)
class KindPlan:
    kind: ImportKind
    new: list[PlannedChange] = field(default_factory=list)
    changed: list[PlannedChange] = field(default_factory=list)
    unchanged: int = 0
    gone: list[StoredRecord] = field(default_factory=list)
    active: int = 0
    """Number of records within the scope that were in use before the import."""
    provenance: dict[int, dict] = field(default_factory=dict)
    """New "last imported" values by the id of the reference, where they differ from the stored ones."""
    seen: list[int] = field(default_factory=list)
    """Ids of references that are still in the source."""
    incoming: dict[str, dict] = field(default_factory=dict)
    stored: dict[str, StoredRecord] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "gone": len(self.gone),
        }


def compare_records(
    kind: ImportKind,
    incoming: dict[str, dict],
    stored: dict[str, StoredRecord],
    problems: Problems,
    moved: Mapping[str, str],
) -> KindPlan:
    """The plan of one kind; local edits are reported as notices.

    `moved` maps codes of categories merged since the last import to their current codes.
    """
    plan = KindPlan(kind, incoming=incoming, stored=stored)
    for identifier, values in incoming.items():
        record = stored.get(identifier)
        if record is None:
            plan.new.append(PlannedChange(identifier, values))
            continue
        plan.seen.append(record.reference)
        changes = _changed_values(kind, record, values, problems, moved)
        if changes:
            plan.changed.append(PlannedChange(identifier, changes, record.pk))
        else:
            plan.unchanged += 1
        if record.imported != values:
            plan.provenance[record.reference] = values
    return plan


def _changed_values(
    kind: ImportKind, record: StoredRecord, values: dict, problems: Problems, moved: Mapping[str, str]
) -> dict[str, Any]:
    changes = {}
    for name, new in values.items():
        current = record.values[name]
        if current == new:
            continue
        last = record.imported.get(name, empty_like(current))
        if name == "categories":
            last = sorted({moved.get(code, code) for code in last})
        keep, edited = merge_value(
            last, current, new, as_set=name in kind.set_fields, latest=name in LATEST_WINS_FIELDS
        )
        if edited:
            notice_code = "local-edit" if last == new else "local-edit-and-source-changed"
            problems.notice(notice_code, f"{kind.name}: {name}", record.name)
        if keep != current:
            changes[name] = keep
    return changes


def merge_value(last: Any, current: Any, new: Any, *, as_set: bool = False, latest: bool = False) -> tuple[Any, bool]:
    """(merged value, whether a local edit was kept against the source)."""
    if current == new:
        return current, False
    if latest:
        return max(filter(None, (current, new)), key=datetime.fromisoformat), False
    if as_set:
        added, removed = set(new) - set(last), set(last) - set(new)
        keep = sorted((set(current) | added) - removed)
        return keep, keep != new
    if current == last:
        return new, False
    return current, True


def empty_like(value: Any) -> Any:
    """The assumed last imported value of a field that no import has filled yet."""
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return ""
    return [] if isinstance(value, list) else None


def find_gone(plan: KindPlan, source: set[str], within_scope) -> None:
    """Find records in use that are no longer anywhere in the source; sets `plan.active` and `plan.gone`."""
    in_use = [
        (identifier, record)
        for identifier, record in plan.stored.items()
        if any(record.values[name] != value for name, value in plan.kind.archived.items()) and within_scope(record)
    ]
    plan.active = len(in_use)
    plan.gone = [record for identifier, record in in_use if identifier not in source]
