"""How rows as they are stored are compared with rows as they should be."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isclose
from typing import Any

TOLERANCE = 1e-6
# By record: {what: value}.
ComparedRows = dict[Any, dict[str, Any]]


@dataclass(frozen=True)
class IndexDifference:
    """Rows of one kind that are not as a record wants them: {what: (stored, right)}, None where there is none."""

    kind: str
    record: str
    values: dict[str, tuple[Any, Any]]


def compare_rows(kind: str, name: str, stored: ComparedRows, wanted: ComparedRows) -> Iterator[IndexDifference]:
    """The records, called by `name`, whose rows differ; numbers are the same within a millionth."""
    for record in sorted(stored.keys() | wanted.keys()):
        here, there = stored.get(record, {}), wanted.get(record, {})
        values = {
            what: (here.get(what), there.get(what))
            for what in sorted(here.keys() | there.keys())
            if not _is_same(here.get(what), there.get(what))
        }
        if values:
            yield IndexDifference(kind, f"{name} {record}", values)


def count_rows(rows: Iterable[tuple[Any, str]]) -> ComparedRows:
    """Rows that have no key but all they say: how often each is there; rows are (record, what)."""
    found: dict[Any, Counter] = {}
    for record, what in rows:
        found.setdefault(record, Counter())[what] += 1
    return found


def _is_same(one, other) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=0, abs_tol=TOLERANCE)
    return one == other
