"""Write a plan in bulk. Call within a transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from itertools import islice
from typing import Any

from django.utils import timezone

from services.models import Category

from .plan import KindPlan, PlannedChange
from .record_kinds import LOCATION, ORGANISATION, SYSTEM, ImportKind, RowField
from .stored_records import identifiers_by_pk

BATCH_SIZE = 500


def write_plan(plan: KindPlan) -> set[int]:
    """Write the records of one kind; returns the ids of those that are new, changed or archived."""
    touched = _create(plan) | _update(plan) | _archive(plan)
    _write_provenance(plan)
    return touched


def _create(plan: KindPlan) -> set[int]:
    kind, pks = plan.kind, {}
    known = _organisation_pks(kind)
    for batch in batches(plan.new):
        records = kind.model.objects.bulk_create(
            [
                kind.model(**_columns(kind, change.values), **_organisation_keys(kind, change.values, known))
                for change in batch
            ]
        )
        pks.update({change.identifier: record.pk for change, record in zip(batch, records, strict=True)})
        kind.references.objects.bulk_create(
            kind.references(
                **{f"{kind.link}_id": pks[change.identifier]},
                system=SYSTEM,
                identifier=change.identifier,
                imported=change.values,
                imported_at=timezone.now(),
            )
            for change in batch
        )
    if kind is ORGANISATION:
        _set_parents(plan.new, pks | known)
    _write_related(kind, [(pks[change.identifier], change.values) for change in plan.new], fresh=True)
    return set(pks.values())


def _update(plan: KindPlan) -> set[int]:
    kind = plan.kind
    known = _organisation_pks(kind)
    # Group records by their changed fields: one statement for each set of fields.
    groups: dict[tuple[str, ...], list] = defaultdict(list)
    for change in plan.changed:
        columns = _columns(kind, change.values) | _organisation_keys(kind, change.values, known)
        groups[tuple(sorted(columns))].append((change.pk, columns))
    for fields, rows in groups.items():
        if fields:
            _update_columns(kind, fields, rows)
    _write_related(kind, [(change.pk, change.values) for change in plan.changed], fresh=False)
    return {change.pk for change in plan.changed}


def _update_columns(kind: ImportKind, fields: tuple[str, ...], rows: list[tuple[int, dict]]) -> None:
    stamped = _timestamps(kind)
    # The untranslated column behind a translated field holds its Finnish text. Write it too, with
    # rewrite(False), which keeps modeltranslation from mapping it to the active language.
    behind = [name.removesuffix("_fi") for name in fields if name.endswith("_fi")]
    for batch in batches(rows):
        records = [kind.model(pk=pk, **columns, **stamped) for pk, columns in batch]
        kind.model.objects.rewrite(False).bulk_update(records, [*fields, *behind, *stamped])


def _timestamps(kind: ImportKind) -> dict[str, datetime]:
    """The time of the change, which a bulk update does not set by itself."""
    names = {field.name for field in kind.model._meta.fields}
    return {"updated_at": timezone.now()} if "updated_at" in names else {}


def _archive(plan: KindPlan) -> set[int]:
    kind = plan.kind
    pks = [stored.pk for stored in plan.gone]
    kind.model.objects.filter(pk__in=pks).update(**kind.archived, **_timestamps(kind))
    # Record the archiving as imported, so that a record that returns is put back into use.
    for stored in plan.gone:
        plan.provenance[stored.reference] = {**stored.imported, **kind.archived}
    return set(pks)


def _write_provenance(plan: KindPlan) -> None:
    model = plan.kind.references
    for batch in batches(plan.provenance.items()):
        model.objects.bulk_update([model(pk=pk, imported=values) for pk, values in batch], ["imported"])
    model.objects.filter(pk__in=plan.seen).update(imported_at=timezone.now())


def _organisation_pks(kind: ImportKind) -> dict[str, int]:
    return (
        {identifier: pk for pk, identifier in identifiers_by_pk(ORGANISATION).items()} if kind.organisation_keys else {}
    )


def _columns(kind: ImportKind, values: dict) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name == "assured_at" and value else value
        for name, value in values.items()
        if name in kind.columns
    }


def _organisation_keys(kind: ImportKind, values: dict, known: dict[str, int]) -> dict[str, int | None]:
    """Foreign keys to organisations. Parents of new organisations are set once all are created."""
    return {f"{name}_id": known.get(values[name]) for name in kind.organisation_keys if name in values}


def _set_parents(new: list[PlannedChange], pks: dict[str, int]) -> None:
    children = [
        ORGANISATION.model(pk=pks[change.identifier], parent_id=pks[change.values["parent"]])
        for change in new
        if change.values["parent"] in pks
    ]
    ORGANISATION.model.objects.bulk_update(children, ["parent"], batch_size=BATCH_SIZE)


def _write_related(kind: ImportKind, records: list[tuple[int, dict]], *, fresh: bool) -> None:
    """Write sets and rows of the records; for records that are not fresh they replace the stored ones."""
    for field, target in kind.sets.items():
        pairs = [(pk, values[field]) for pk, values in records if field in values]
        _write_set(kind, field, target, pairs, fresh)
    for field, rows in kind.rows.items():
        pairs = [(pk, values[field]) for pk, values in records if field in values]
        _write_rows(kind, rows, pairs, fresh)


def _write_set(kind: ImportKind, field: str, target: str, pairs: list[tuple[int, list]], fresh: bool) -> None:
    through = getattr(kind.model, field).through
    owner = f"{kind.model._meta.model_name}_id"
    if not fresh:
        through.objects.filter(**{f"{owner}__in": [pk for pk, _ in pairs]}).delete()
    pks = _pk_lookup(field)
    column = target.replace("__code", "_id")
    links = (through(**{owner: pk, column: pks(value) if pks else value}) for pk, values in pairs for value in values)
    for batch in batches(links):
        through.objects.bulk_create(batch)


def _pk_lookup(field: str):
    """A function from a value of the set to an id; None if the values are ids."""
    if field == "categories":
        return dict(Category.objects.values_list("code", "pk")).__getitem__
    if field == "locations":
        known = {identifier: pk for pk, identifier in identifiers_by_pk(LOCATION).items()}
        return lambda value: int(value[1:]) if value.startswith("#") else known[value]
    return None


def _write_rows(kind: ImportKind, rows: RowField, pairs: list[tuple[int, list[dict]]], fresh: bool) -> None:
    owner = f"{kind.link}_id"
    if not fresh:
        rows.model.objects.filter(**{f"{owner}__in": [pk for pk, _ in pairs]}).delete()
    records = (
        rows.model(**{owner: pk}, **_row_values(row), **({"order": order} if rows.ordered else {}))
        for pk, values in pairs
        for order, row in enumerate(values)
    )
    for batch in batches(records):
        rows.model.objects.bulk_create(batch)


def _row_values(row: dict) -> dict:
    return {
        column: time.fromisoformat(value) if column in {"opens_at", "closes_at"} and value else value
        for column, value in row.items()
    }


def batches(things: Iterable) -> Iterator[list]:
    iterator = iter(things)
    while batch := list(islice(iterator, BATCH_SIZE)):
        yield batch
