"""What the database holds of earlier imports, as values that can be compared with those of a source."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import F

from .field_values import sort_rows, utc_isoformat
from .record_kinds import FACET_LISTS, LOCATION, ORGANISATION, SYSTEM, ImportKind, RowField

# Columns that distinguish null from empty text; elsewhere they are equal.
NULLABLE_COLUMNS = {"municipality_id", "latitude", "longitude", "assured_at"}


@dataclass(slots=True)
class StoredRecord:
    """An imported record: its present values, and those of the last import."""

    pk: int
    reference: int
    imported: dict
    values: dict

    @property
    def name(self) -> str:
        return self.values.get("name_fi") or f"#{self.pk}"


def load_records(kind: ImportKind, *, lock: bool) -> dict[str, StoredRecord]:
    """Return every record of a kind that came from the catalogue, by its identifier there.

    With `lock` the rows are held until the transaction ends, so that nobody's editing is overwritten unseen.
    """
    references = {
        row["owner"]: row
        for row in kind.references.objects.filter(system=SYSTEM).values(
            "pk", "identifier", "imported", owner=F(f"{kind.link}_id")
        )
    }
    records = kind.model.objects.filter(pk__in=references)
    if lock:
        # Rows are locked in the order of their ids, so that two transactions cannot wait for each other.
        list(records.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    columns = [*kind.columns, *(f"{pointer}_id" for pointer in kind.organisation_keys)]
    values = {row.pop("pk"): row for row in records.values("pk", *columns)}
    _replace_organisation_ids(kind, values)
    for field, target in kind.sets.items():
        _add_set(kind, field, target, values)
    for field, rows in kind.rows.items():
        _add_rows(kind, field, rows, values)
    return {
        reference["identifier"]: StoredRecord(
            pk, reference["pk"], reference["imported"], _comparable_values(values[pk])
        )
        for pk, reference in references.items()
        if pk in values
    }


def identifiers_by_pk(kind: ImportKind) -> dict[int, str]:
    """Identifiers in the catalogue by our own ids."""
    rows = kind.references.objects.filter(system=SYSTEM).values_list(f"{kind.link}_id", "identifier")
    return dict(rows)


def local_identifier(pk: int) -> str:
    """How a record that the catalogue does not know is named in values."""
    return f"#{pk}"


def _replace_organisation_ids(kind: ImportKind, values: dict[int, dict]) -> None:
    names = identifiers_by_pk(ORGANISATION)
    for row in values.values():
        for pointer in kind.organisation_keys:
            pk = row.pop(f"{pointer}_id")
            row[pointer] = "" if pk is None else names.get(pk, local_identifier(pk))


def _add_set(kind: ImportKind, field: str, target: str, values: dict[int, dict]) -> None:
    through = getattr(kind.model, field).through
    owner = f"{kind.model._meta.model_name}_id"
    names = identifiers_by_pk(LOCATION) if field == "locations" else {}
    found = defaultdict(list)
    for pk, value in through.objects.filter(**{f"{owner}__in": values}).values_list(owner, target):
        found[pk].append(names.get(value, local_identifier(value)) if field == "locations" else value)
    for pk, row in values.items():
        row[field] = sorted(found[pk])


def _add_rows(kind: ImportKind, field: str, rows: RowField, values: dict[int, dict]) -> None:
    owner = f"{kind.link}_id"
    query = rows.model.objects.filter(**{f"{owner}__in": values})
    query = query.order_by("order", "pk") if rows.ordered else query.order_by("pk")
    found = defaultdict(list)
    for row in query.values(owner, *rows.columns):
        found[row.pop(owner)].append({column: _row_value(value, column) for column, value in row.items()})
    for pk, record in values.items():
        record[field] = found[pk] if rows.ordered else sort_rows(found[pk])


def _row_value(value: Any, column: str) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    if value is None and column.endswith(("_fi", "_sv", "_en")):
        return ""
    return value


def _comparable_values(row: dict) -> dict:
    values = {}
    for field, value in row.items():
        if isinstance(value, datetime):
            value = utc_isoformat(value)
        elif value is None and field not in NULLABLE_COLUMNS:
            value = ""
        elif field in FACET_LISTS:
            value = sorted(value)
        values[field] = value
    return values
