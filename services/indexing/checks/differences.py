"""Compare stored rows with expected rows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isclose
from typing import Any

TOLERANCE = 1e-6
# By record, the values of its rows by name.
ComparedRows = dict[Any, dict[Any, Any]]


@dataclass(frozen=True)
class IndexDifference:
    """Rows of a kind that differ from those of a record: {name: (stored value, expected value)}; None is no value."""

    kind: str
    record: str
    values: dict[str, tuple[Any, Any]]


def compare_rows(kind: str, name: str, stored: ComparedRows, expected: ComparedRows) -> Iterator[IndexDifference]:
    """Yield the differences of records; `name` is what a record is called. Numbers may differ by a millionth."""
    for record in sorted(stored.keys() | expected.keys()):
        stored_values, expected_values = stored.get(record, {}), expected.get(record, {})
        pairs = {
            key: (stored_values.get(key), expected_values.get(key))
            for key in sorted(stored_values.keys() | expected_values.keys())
        }
        values = {key: pair for key, pair in pairs.items() if not _is_same(*pair)}
        if values:
            yield IndexDifference(kind, f"{name} {record}", values)


def count_rows(rows: Iterable[tuple[Any, str]]) -> ComparedRows:
    """Return the number of equal rows of each record, for rows without a key; rows are (record, description)."""
    counts: ComparedRows = {}
    for record, description in rows:
        counts.setdefault(record, Counter())[description] += 1
    return counts


def _is_same(stored: Any, expected: Any) -> bool:
    if isinstance(stored, tuple) and isinstance(expected, tuple):
        return len(stored) == len(expected) and all(map(_is_same, stored, expected))
    if isinstance(stored, float) and isinstance(expected, float):
        return isclose(stored, expected, rel_tol=0, abs_tol=TOLERANCE)
    return bool(stored == expected)
