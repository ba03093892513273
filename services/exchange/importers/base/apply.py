"""Write a plan in bulk. The caller opens the transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, time
from itertools import islice
from typing import Any, TypeVar

from django.utils import timezone

from services.models import Category

from .plan import KindPlan, NewRecord
from .record_kinds import LOCATION, ORGANISATION, ImportKind, RowField, Values
from .stored_records import identifiers_by_pk, pk_resolver

BATCH_SIZE = 500
Item = TypeVar("Item")


def write_plan(plan: KindPlan) -> set[int]:
    """Write the records of one kind; return the ids of new, changed and archived ones."""
    written = _create(plan) | _update(plan) | _archive(plan)
    _write_references(plan)
    return written


def _create(plan: KindPlan) -> set[int]:
    kind = plan.kind
    pks: dict[str, int] = {}
    organisations = _organisation_pks(plan)
    for batch in batches(plan.new):
        records = kind.model._default_manager.bulk_create(
            [
                kind.model(**_columns(kind, record.values), **_organisation_ids(kind, record.values, organisations))
                for record in batch
            ]
        )
        pks.update({new.identifier: record.pk for new, record in zip(batch, records, strict=True)})
        kind.reference_model._default_manager.bulk_create(
            kind.reference_model(
                **{f"{kind.foreign_key}_id": pks[record.identifier]},
                system=plan.system,
                identifier=record.identifier,
                imported=record.values,
                imported_at=timezone.now(),
            )
            for record in batch
        )
    if kind is ORGANISATION:
        _set_parents(plan.new, pks | organisations)
    _write_related(plan, [(pks[record.identifier], record.values) for record in plan.new], are_new=True)
    return set(pks.values())


def _update(plan: KindPlan) -> set[int]:
    kind = plan.kind
    organisations = _organisation_pks(plan)
    # Group records by their changed fields, to write each group in one statement per batch.
    groups: dict[tuple[str, ...], list[tuple[int, Values]]] = defaultdict(list)
    for record in plan.changed:
        columns = _columns(kind, record.values) | _organisation_ids(kind, record.values, organisations)
        groups[tuple(sorted(columns))].append((record.pk, columns))
    for fields, rows in groups.items():
        if fields:
            _update_columns(kind, fields, rows)
    _write_related(plan, [(record.pk, record.values) for record in plan.changed], are_new=False)
    return {record.pk for record in plan.changed}


def _update_columns(kind: ImportKind, fields: tuple[str, ...], rows: list[tuple[int, Values]]) -> None:
    timestamps = _timestamps(kind)
    # The untranslated column of a translated field stores its Finnish text. Write it too, through a query set that does
    # not rewrite its name to that of a language.
    untranslated = [name.removesuffix("_fi") for name in fields if name.endswith("_fi")]
    # The manager of modeltranslation.
    manager: Any = kind.model._default_manager
    for batch in batches(rows):
        records = [kind.model(pk=pk, **columns, **timestamps) for pk, columns in batch]
        manager.rewrite(False).bulk_update(records, [*fields, *untranslated, *timestamps])


def _timestamps(kind: ImportKind) -> dict[str, datetime]:
    """Return the time of the change, which bulk updates do not set by themselves."""
    names = {field.name for field in kind.model._meta.fields}
    return {"updated_at": timezone.now()} if "updated_at" in names else {}


def _archive(plan: KindPlan) -> set[int]:
    kind = plan.kind
    pks = [record.pk for record in plan.missing]
    kind.model._default_manager.filter(pk__in=pks).update(**kind.archived_values, **_timestamps(kind))
    # Store the archiving as imported, so that a record that returns to the source is restored.
    for record in plan.missing:
        plan.imported_values[record.reference] = {**record.imported, **kind.archived_values}
    return set(pks)


def _write_references(plan: KindPlan) -> None:
    model = plan.kind.reference_model
    for batch in batches(plan.imported_values.items()):
        model._default_manager.bulk_update([model(pk=pk, imported=values) for pk, values in batch], ["imported"])
    model._default_manager.filter(pk__in=plan.present_references).update(imported_at=timezone.now())


def _organisation_pks(plan: KindPlan) -> dict[str, int]:
    if not plan.kind.organisation_keys:
        return {}
    return {identifier: pk for pk, identifier in identifiers_by_pk(ORGANISATION, plan.system).items()}


def _columns(kind: ImportKind, values: Values) -> Values:
    return {
        name: datetime.fromisoformat(value) if name == "assured_at" and value else value
        for name, value in values.items()
        if name in kind.columns
    }


def _organisation_ids(kind: ImportKind, values: Values, organisations: Mapping[str, int]) -> dict[str, int | None]:
    """Return foreign keys to organisations. Parents of new organisations are set when all of them exist."""
    return {f"{name}_id": organisations.get(values[name]) for name in kind.organisation_keys if name in values}


def _set_parents(new: list[NewRecord], pks: Mapping[str, int]) -> None:
    children = [
        ORGANISATION.model(pk=pks[record.identifier], parent_id=pks[record.values["parent"]])
        for record in new
        if record.values["parent"] in pks
    ]
    ORGANISATION.model._default_manager.bulk_update(children, ["parent"], batch_size=BATCH_SIZE)


def _write_related(plan: KindPlan, records: list[tuple[int, Values]], *, are_new: bool) -> None:
    """Write the sets and rows of records; those of records that are not new are replaced."""
    for field, target in plan.kind.sets.items():
        members = [(pk, values[field]) for pk, values in records if field in values]
        _write_set(plan, field, target, members, are_new)
    for field, rows in plan.kind.rows.items():
        values_by_pk = [(pk, values[field]) for pk, values in records if field in values]
        _write_rows(plan.kind, rows, values_by_pk, are_new)


def _write_set(plan: KindPlan, field: str, target: str, records: list[tuple[int, list[str]]], are_new: bool) -> None:
    through = getattr(plan.kind.model, field).through
    owner = f"{plan.kind.model._meta.model_name}_id"
    if not are_new:
        through._default_manager.filter(**{f"{owner}__in": [pk for pk, _ in records]}).delete()
    pk_of = _member_resolver(plan.system, field)
    column = target.replace("__code", "_id")
    links = (through(**{owner: pk, column: pk_of(value)}) for pk, members in records for value in members)
    for batch in batches(links):
        through._default_manager.bulk_create(batch)


def _member_resolver(system: str, field: str) -> Callable[[str], Any]:
    """Return a function from the members of a set to ids of the other model."""
    if field == "categories":
        return dict(Category.objects.values_list("code", "pk")).__getitem__
    if field == "locations":
        return pk_resolver(LOCATION, system)
    return str  # codes of municipalities and counties are their ids


def _write_rows(kind: ImportKind, rows: RowField, records: list[tuple[int, list[Values]]], are_new: bool) -> None:
    owner = f"{kind.foreign_key}_id"
    if not are_new:
        rows.model._default_manager.filter(**{f"{owner}__in": [pk for pk, _ in records]}).delete()
    instances = (
        rows.model(**{owner: pk}, **_row_values(row), **({"order": order} if rows.is_ordered else {}))
        for pk, values in records
        for order, row in enumerate(values)
    )
    for batch in batches(instances):
        rows.model._default_manager.bulk_create(batch)


def _row_values(row: Values) -> Values:
    return {
        column: time.fromisoformat(value) if column in {"opens_at", "closes_at"} and value else value
        for column, value in row.items()
    }


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield the items in lists of at most BATCH_SIZE."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH_SIZE)):
        yield batch
