"""Form values in numbered rows: phone-0-number, phone-0-label_fi, phone-1-number ..."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any


def form_rows(values: Mapping[str, Any], kind: str) -> list[dict[str, str]]:
    """The rows of a kind in order, each as {field: value}, including empty ones."""
    rows: dict[int, dict[str, str]] = defaultdict(dict)
    for name, value in values.items():
        if match := re.fullmatch(rf"{kind}-(\d{{1,3}})-(\w+)", name):
            rows[int(match[1])][match[2]] = value
    return [rows[number] for number in sorted(rows)]


def renumber_rows(values: Mapping[str, Any], kind: str, *, by: str = "") -> dict[str, Any]:
    """The values with the rows of a kind numbered without gaps, sorted by the field `by` if given."""
    rows = [row for row in form_rows(values, kind) if any(row.values())]
    if by:
        rows.sort(key=lambda row: row.get(by) or "")
    others = {name: value for name, value in values.items() if not re.fullmatch(rf"{kind}-\d{{1,3}}-\w+", name)}
    return others | {f"{kind}-{n}-{field}": value for n, row in enumerate(rows) for field, value in row.items()}
