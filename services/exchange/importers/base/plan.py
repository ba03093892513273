"""Compares a source with the database and says what is to be written. Writes nothing.

For each field three values are known: what the last import brought, what stands here now, and what the source
says. Where the last two differ and the first equals what stands here, the source has changed and is followed;
where it does not, somebody edited the field here, and the edit stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .problems import Problems
from .record_kinds import ImportKind
from .stored_records import StoredRecord

# Of two confirmations the later one counts, whoever gave it.
LATEST_WINS_FIELDS = {"assured_at"}


@dataclass(slots=True)
class PlannedChange:
    """A record to write: all values of a new one, the changed ones of another."""

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
    """How many records within the scope were in use before."""
    provenance: dict[int, dict] = field(default_factory=dict)
    """New "last imported" values by the id of the reference, where they differ from the kept ones."""
    seen: list[int] = field(default_factory=list)
    """References that the source still holds."""
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
    """What to write of one kind; edits made here are told as notices.

    `moved` gives the present code of categories that were merged since the last import.
    """
    plan = KindPlan(kind, incoming=incoming, stored=stored)
    for identifier, values in incoming.items():
        here = stored.get(identifier)
        if here is None:
            plan.new.append(PlannedChange(identifier, values))
            continue
        plan.seen.append(here.reference)
        changes = _changed_values(kind, here, values, problems, moved)
        if changes:
            plan.changed.append(PlannedChange(identifier, changes, here.pk))
        else:
            plan.unchanged += 1
        if here.imported != values:
            plan.provenance[here.reference] = values
    return plan


def _changed_values(
    kind: ImportKind, here: StoredRecord, values: dict, problems: Problems, moved: Mapping[str, str]
) -> dict[str, Any]:
    changes = {}
    for name, new in values.items():
        current = here.values[name]
        if current == new:
            continue
        last = here.imported.get(name, empty_like(current))
        if name == "categories":
            last = sorted({moved.get(code, code) for code in last})
        keep, edited = merge_value(
            last, current, new, as_set=name in kind.set_fields, latest=name in LATEST_WINS_FIELDS
        )
        if edited:
            told = "local-edit" if last == new else "local-edit-and-source-changed"
            problems.notice(told, f"{kind.name}: {name}", here.name)
        if keep != current:
            changes[name] = keep
    return changes


def merge_value(last: Any, current: Any, new: Any, *, as_set: bool = False, latest: bool = False) -> tuple[Any, bool]:
    """The value to have, and whether an edit made here was kept against the source."""
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
    """What a field that no import has filled yet counts as having had."""
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return ""
    return [] if isinstance(value, list) else None


def find_gone(plan: KindPlan, source: set[str], within_scope) -> None:
    """Records in use that the source, in all its parts, no longer holds."""
    in_use = [
        (identifier, here)
        for identifier, here in plan.stored.items()
        if any(here.values[name] != value for name, value in plan.kind.archived.items()) and within_scope(here)
    ]
    plan.active = len(in_use)
    plan.gone = [here for identifier, here in in_use if identifier not in source]
