"""Read the records of earlier imports from the database, as values that can be compared with those of a source."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import F

from .field_values import sort_rows, utc_isoformat
from .record_kinds import FACET_LISTS, LOCATION, ORGANISATION, ImportKind, RowField, Values

# Columns that distinguish null from empty text; elsewhere they are equal.
NULLABLE_COLUMNS = {"municipality_id", "latitude", "longitude", "assured_at"}
# Records that do not come from the source system are identified by their id after this mark.
LOCAL_MARK = "#"


@dataclass(slots=True)
class StoredRecord:
    """An imported record: its current values, and those of the last import."""

    pk: int
    reference: int
    """The id of the reference to the source."""
    imported: Values
    values: Values

    @property
    def name(self) -> str:
        return self.values.get("name_fi") or f"#{self.pk}"


def load_records(kind: ImportKind, system: str, *, lock: bool) -> dict[str, StoredRecord]:
    """Return the records of a kind that came from a source system, by their identifiers there.

    With `lock` the rows stay locked until the transaction ends, so that concurrent edits are not overwritten.
    """
    references = {
        row["owner"]: row
        for row in kind.reference_model._default_manager.filter(system=system).values(
            "pk", "identifier", "imported", owner=F(f"{kind.foreign_key}_id")
        )
    }
    records = kind.model._default_manager.filter(pk__in=references)
    if lock:
        # Lock in the order of ids, so that two transactions cannot wait for each other.
        list(records.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    columns = [*kind.columns, *(f"{key}_id" for key in kind.organisation_keys)]
    values: dict[int, Values] = {row.pop("pk"): row for row in records.values("pk", *columns)}
    _replace_organisation_ids(kind, system, values)
    for field, target in kind.sets.items():
        _add_set(kind, system, field, target, values)
    for field, rows in kind.rows.items():
        _add_rows(kind, field, rows, values)
    return {
        reference["identifier"]: StoredRecord(
            pk, reference["pk"], reference["imported"], _comparable_values(values[pk])
        )
        for pk, reference in references.items()
        if pk in values
    }


def identifiers_by_pk(kind: ImportKind, system: str) -> dict[int, str]:
    """Return the identifiers of records in a source system by their ids."""
    references = kind.reference_model._default_manager.filter(system=system)
    return dict(references.values_list(f"{kind.foreign_key}_id", "identifier"))


def pk_resolver(kind: ImportKind, system: str) -> Callable[[str], int]:
    """Return a function from identifiers, also local ones, to ids of records."""
    pks = {identifier: pk for pk, identifier in identifiers_by_pk(kind, system).items()}

    def pk_of(identifier: str) -> int:
        local_pk = identifier.removeprefix(LOCAL_MARK)
        return pks[identifier] if local_pk == identifier else int(local_pk)

    return pk_of


def local_identifier(pk: int) -> str:
    """Return the identifier in values of a record that is not from the source system."""
    return f"{LOCAL_MARK}{pk}"


def _replace_organisation_ids(kind: ImportKind, system: str, values: dict[int, Values]) -> None:
    identifiers = identifiers_by_pk(ORGANISATION, system)
    for row in values.values():
        for key in kind.organisation_keys:
            pk = row.pop(f"{key}_id")
            row[key] = "" if pk is None else identifiers.get(pk, local_identifier(pk))


def _add_set(kind: ImportKind, system: str, field: str, target: str, values: dict[int, Values]) -> None:
    through = getattr(kind.model, field).through
    owner = f"{kind.model._meta.model_name}_id"
    locations = identifiers_by_pk(LOCATION, system) if field == "locations" else {}
    members: dict[int, list[str]] = defaultdict(list)
    for pk, value in through._default_manager.filter(**{f"{owner}__in": values}).values_list(owner, target):
        members[pk].append(locations.get(value, local_identifier(value)) if field == "locations" else value)
    for pk, row in values.items():
        row[field] = sorted(members[pk])


def _add_rows(kind: ImportKind, field: str, rows: RowField, values: dict[int, Values]) -> None:
    owner = f"{kind.foreign_key}_id"
    queryset = rows.model._default_manager.filter(**{f"{owner}__in": values})
    queryset = queryset.order_by("order", "pk") if rows.is_ordered else queryset.order_by("pk")
    rows_by_owner: dict[int, list[Values]] = defaultdict(list)
    for row in queryset.values(owner, *rows.columns):
        rows_by_owner[row.pop(owner)].append({column: _row_value(value, column) for column, value in row.items()})
    for pk, record in values.items():
        record[field] = rows_by_owner[pk] if rows.is_ordered else sort_rows(rows_by_owner[pk])


def _row_value(value: Any, column: str) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    if value is None and column.endswith(("_fi", "_sv", "_en")):
        return ""
    return value


def _comparable_values(row: Values) -> Values:
    values: Values = {}
    for field, value in row.items():
        if isinstance(value, datetime):
            value = utc_isoformat(value)
        elif value is None and field not in NULLABLE_COLUMNS:
            value = ""
        elif field in FACET_LISTS:
            value = sorted(value)
        values[field] = value
    return values
