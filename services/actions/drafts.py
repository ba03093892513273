"""Edit services and organisations: save, publish, copy and discard drafts."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import TypeVar

from django.db import transaction

from organisations.models import Organisation, User
from organisations.models.base import Status
from services.content.edit_conflicts import EditConflict
from services.content.record_values import (
    Values,
    add_newer_fields,
    changed_parts,
    raise_on_conflict,
    record_values,
    value_digests,
)
from services.indexing.lock import lock_search_index
from services.indexing.services import index_organisation, index_services
from services.models import Draft, Service

from .write_record import write_record

DraftedRecord = Service | Organisation
Record = TypeVar("Record", Service, Organisation)
# Fields of an organisation that the search rows of its services depend on.
INDEXED_FIELDS = frozenset({"name", "abbreviation", "sector", "status", "nationwide", "municipalities", "counties"})


@transaction.atomic
def start_service(*, organisation: Organisation, values: Values, by: User | None) -> Service:
    """Create a service with a draft, visible to members only."""
    service = Service.objects.create(organisation=organisation, status=Status.DRAFT)
    Draft.objects.create(service=service, values=values, seen=value_digests(record_values(service)), by=by)
    return service


@transaction.atomic
def save_draft(
    *,
    record: Record,
    values: Values,
    base: Mapping[str, str],
    published_base: Mapping[str, str],
    by: User | None,
) -> Draft:
    """Save values without validation. `base` are the digests of the version the editor started from, `published_base`
    those of the version published then. Raises EditConflict."""
    locked = _lock_record(record)
    raise_on_conflict(theirs=current_values(locked), mine=values, base=base)
    draft, _created = Draft.objects.update_or_create(
        **Draft.key(locked), defaults={"values": values, "seen": dict(published_base), "by": by}
    )
    return draft


@transaction.atomic
def publish_draft(
    *,
    record: Record,
    values: Values,
    facts: Mapping,
    base: Mapping[str, str],
    published_base: Mapping[str, str],
    by: User | None,
    now: dt.datetime,
) -> Record:
    """Publish the values. `facts` are the cleaned values of the form. Raises EditConflict.

    The status of an organisation is unchanged: only coordinators decide on it.
    """
    lock_search_index()
    locked = _lock_record(record)
    before = record_values(locked)
    raise_on_conflict(theirs=_draft_values(locked, before), mine=values, base=base)
    raise_on_conflict(theirs=before, mine=values, base=published_base, published=True)
    if isinstance(locked, Service):
        locked.status = Status.PUBLISHED
    locked.assured_at, locked.assured_by = now, by
    write_record(record=locked, facts=facts)
    Draft.objects.of(locked).delete()
    _reindex_if_needed(locked, before)
    return locked


@transaction.atomic
def discard_draft(*, record: Record, mark: str) -> None:
    """Delete the draft, and a service that consists of its draft only.

    `mark` is that of the draft that the user confirmed to discard. Raises EditConflict if the draft has changed.
    """
    locked = _lock_record(record)
    draft = Draft.objects.of(locked).first()
    if draft is not None and draft.mark != mark:
        raise EditConflict(published=False)
    Draft.objects.of(locked).delete()
    has_name = locked.name_fi or locked.name_sv or locked.name_en
    if isinstance(locked, Service) and locked.status == Status.DRAFT and not has_name:
        locked.delete()


@transaction.atomic
def copy_service(*, service: Service, names: Mapping[str, str], by: User | None) -> Service:
    """Create an unpublished copy of a service with other names."""
    values = current_values(service) | {field: name for field, name in names.items() if name}
    return start_service(organisation=service.organisation, values=values, by=by)


def current_values(record: DraftedRecord) -> Values:
    """The values to continue editing: those of the draft, or of the record if it has none."""
    return _draft_values(record, record_values(record))


def _draft_values(record: DraftedRecord, published: Values) -> Values:
    draft = Draft.objects.of(record).first()
    return published if draft is None else add_newer_fields(draft.values, published)


def _lock_record(record: Record) -> Record:
    return type(record).objects.select_for_update(of=("self",)).get(pk=record.pk)


def _reindex_if_needed(record: DraftedRecord, before: Values) -> None:
    """Reindex a service; the services of an organisation, which may be hundreds, only if indexed fields changed."""
    if isinstance(record, Service):
        index_services(service_ids=[record.pk])
    elif INDEXED_FIELDS & {re.sub(r"_(fi|sv|en)$", "", part) for part in changed_parts(before, record_values(record))}:
        index_organisation(organisation=record)
