"""Write a location with its opening hours, and reindex its services."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import dist

from django.db import transaction
from django.utils import timezone

from organisations.models import Organisation
from services.content.record_values import (
    EXCEPTIONS_PART,
    HOURS_PART_PREFIX,
    SEASONS_PART,
    Values,
    changed_parts,
    raise_on_conflict,
    record_values,
)
from services.indexing.lock import lock_search_index
from services.indexing.services import index_services
from services.models import Schedule, ScheduleException, Service, ServiceLocation

from .write_record import write_record

SAME_POINT_DEGREES = 1e-6  # degrees; the precision of the form


@dataclass(frozen=True)
class WeeklySpan:
    """Opening hours of a weekday (1 is Monday), limited to a season if dates are given."""

    weekday: int
    opens_at: dt.time
    closes_at: dt.time
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True)
class ExceptionDays:
    """Days on which a location is closed, or open at other hours."""

    starts_on: dt.date
    ends_on: dt.date
    closed: bool
    opens_at: dt.time | None
    closes_at: dt.time | None
    note_fi: str = ""
    note_sv: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class LocationFacts:
    """Cleaned values of the form: fields, weekly hours, future exceptions, (latitude, longitude) in degrees."""

    fields: Mapping
    hours: Iterable[WeeklySpan]
    exceptions: Iterable[ExceptionDays]
    point: tuple[float, float] | None


@transaction.atomic
def write_location(
    *, organisation: Organisation, location: ServiceLocation | None, values: Values, facts: LocationFacts, base: Mapping
) -> ServiceLocation:
    """Update a location, or create one if it is None. `base` are the digests of the values the editor started from.

    Raises EditConflict.
    """
    lock_search_index()
    if location is None:
        stored = ServiceLocation(organisation=organisation)
        changed = {HOURS_PART_PREFIX, EXCEPTIONS_PART}
    else:
        stored = ServiceLocation.objects.select_for_update(of=("self",)).get(pk=location.pk)
        before = record_values(stored)
        raise_on_conflict(theirs=before, mine=values, base=base)
        changed = {
            HOURS_PART_PREFIX if part.startswith((HOURS_PART_PREFIX, SEASONS_PART)) else part
            for part in changed_parts(before, values)
        }
    _set_coordinates(stored, facts.point)
    write_record(record=stored, facts=facts.fields)
    if HOURS_PART_PREFIX in changed:
        stored.schedules.all().delete()
        Schedule.objects.bulk_create(Schedule(location=stored, **asdict(span)) for span in facts.hours)
    if EXCEPTIONS_PART in changed:
        stored.schedule_exceptions.filter(ends_on__gte=timezone.localdate()).delete()
        ScheduleException.objects.bulk_create(
            ScheduleException(location=stored, **asdict(days)) for days in facts.exceptions
        )
    index_services(service_ids=Service.objects.filter(locations=stored).values_list("pk", flat=True))
    return stored


@transaction.atomic
def set_location_in_use(*, location: ServiceLocation, in_use: bool) -> None:
    """Archive or restore a location. Archived ones are hidden from readers and from search."""
    lock_search_index()
    stored = ServiceLocation.objects.select_for_update(of=("self",)).get(pk=location.pk)
    if stored.archived == in_use:
        stored.archived = not in_use
        stored.save(update_fields=["archived"])
        index_services(service_ids=Service.objects.filter(locations=stored).values_list("pk", flat=True))


def _set_coordinates(location: ServiceLocation, point: tuple[float, float] | None) -> None:
    if location.latitude is not None and location.longitude is not None:
        current = (location.latitude, location.longitude)
        if point and dist(point, current) < SAME_POINT_DEGREES:
            return
    location.latitude, location.longitude = point or (None, None)
