"""Write a place with its hours; the services given there are found by what it says."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import dist

from django.db import transaction
from django.utils import timezone

from organisations.models import Organisation
from services.content.record_values import EXCEPTIONS, HOURS, SEASONS, Values, changed_parts, refuse_unseen, written
from services.indexing.services import index_services, take_turns
from services.models import Schedule, ScheduleException, Service, ServiceLocation

from .write_record import write

SAME_POINT = 1e-6  # degrees; a form shows no more


@dataclass(frozen=True)
class Hours:
    """Open on a weekday, from Monday as 1, for a season where days are given."""

    weekday: int
    opens_at: dt.time
    closes_at: dt.time
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True)
class Exceptional:
    """Days on which the place is closed, or open at other hours."""

    starts_on: dt.date
    ends_on: dt.date
    closed: bool
    opens_at: dt.time | None
    closes_at: dt.time | None
    note_fi: str = ""
    note_sv: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class PlaceFacts:
    """What a form understood: fields, hours of all weeks, exceptions to come, (latitude, longitude) in degrees."""

    fields: Mapping
    hours: Iterable[Hours]
    exceptions: Iterable[Exceptional]
    point: tuple[float, float] | None


@transaction.atomic
def write_place(
    *, organisation: Organisation, place: ServiceLocation | None, values: Values, facts: PlaceFacts, base: Mapping
) -> ServiceLocation:
    """Store a place, or a new one where it is None. `base` are the digests of what the writer began with.

    Raises Conflict.
    """
    take_turns()
    if place is None:
        stored = ServiceLocation(organisation=organisation)
        changed = {HOURS, EXCEPTIONS}
    else:
        stored = ServiceLocation.objects.select_for_update(of=("self",)).get(pk=place.pk)
        before = written(stored)
        refuse_unseen(theirs=before, mine=values, base=base)
        changed = {HOURS if part.startswith((HOURS, SEASONS)) else part for part in changed_parts(before, values)}
    _move(stored, facts.point)
    write(record=stored, facts=facts.fields)
    if HOURS in changed:
        stored.schedules.all().delete()
        Schedule.objects.bulk_create(Schedule(location=stored, **asdict(one)) for one in facts.hours)
    if EXCEPTIONS in changed:
        stored.schedule_exceptions.filter(ends_on__gte=timezone.localdate()).delete()
        ScheduleException.objects.bulk_create(
            ScheduleException(location=stored, **asdict(one)) for one in facts.exceptions
        )
    index_services(service_ids=Service.objects.filter(locations=stored).values_list("pk", flat=True))
    return stored


@transaction.atomic
def use_place(*, place: ServiceLocation, in_use: bool) -> None:
    """Take a place out of use, or into use again: readers see it, and services are found by it, only while it is."""
    take_turns()
    stored = ServiceLocation.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if stored.archived == in_use:
        stored.archived = not in_use
        stored.save(update_fields=["archived"])
        index_services(service_ids=Service.objects.filter(locations=stored).values_list("pk", flat=True))


def _move(place: ServiceLocation, point: tuple[float, float] | None) -> None:
    here = (place.latitude, place.longitude)
    if point and None not in here and dist(point, here) < SAME_POINT:
        return
    place.latitude, place.longitude = point or (None, None)
