"""Detect changes of an organisation between viewing and confirming it."""

from collections.abc import Iterable

from django.db.models import Max, Q

from organisations.models import Organisation
from services.models import Change, Service, ServiceLocation
from services.models.change import TRACKED_TABLES, RecordKind

UNREPORTED_TABLES = frozenset(part.table for parts in TRACKED_TABLES.values() for part in parts if part.is_internal)


def latest_change(organisation: Organisation) -> int:
    """The id of the latest change of the organisation, its contacts, services and locations."""
    return _changes_of(organisation).aggregate(latest=Max("pk"))["latest"] or 0


def changed_since(seen: int, organisation: Organisation, services: Iterable[Service]) -> list[Organisation | Service]:
    """The records whose content has changed after the change `seen`. Confirmations do not count."""
    changes = [change for change in _changes_of(organisation).filter(pk__gt=seen) if not change.is_confirmation_only]
    changed = {(change.kind, change.record) for change in changes if change.part not in UNREPORTED_TABLES}
    places = {record for kind, record in changed if kind == RecordKind.LOCATION}
    moved = set(Service.objects.filter(locations__in=places).values_list("pk", flat=True)) if places else set()
    is_organisation_changed = any(kind in (RecordKind.ORGANISATION, RecordKind.CONTACT) for kind, _record in changed)
    return ([organisation] if is_organisation_changed else []) + [
        service for service in services if (RecordKind.SERVICE, service.pk) in changed or service.pk in moved
    ]


def _changes_of(organisation: Organisation):
    """Changes of the organisation and of its existing records, and deletions of its former records."""
    places = ServiceLocation.objects.filter(Q(organisation=organisation) | Q(services__organisation=organisation))
    condition = Q(kind=RecordKind.ORGANISATION, record=organisation.pk) | Q(organisation=organisation.pk)
    for kind, records in (
        (RecordKind.CONTACT, organisation.contacts),
        (RecordKind.SERVICE, organisation.services),
        (RecordKind.LOCATION, places.distinct()),
    ):
        # As lists of ids, so that the index is used.
        condition |= Q(kind=kind, record__in=list(records.values_list("pk", flat=True)))
    return Change.objects.filter(condition)
