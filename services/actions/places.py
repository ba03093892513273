"""Write a place with its hours; the services given there are found by what it says."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from organisations.models import Organisation
from services.models import Schedule, ScheduleException, Service, ServiceLocation

from .index import index_services, take_turns


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


@transaction.atomic
def write_place(
    *,
    organisation: Organisation,
    place: ServiceLocation | None,
    facts: Mapping,
    hours: Iterable[Hours],
    exceptions: Iterable[Exceptional],
) -> ServiceLocation:
    """Store a place, or a new one where it is None. Its hours and coming exceptions are those that are given."""
    take_turns()
    if place is None:
        place = ServiceLocation(organisation=organisation)
    for name, value in facts.items():
        setattr(place, name, value)
    place.save()
    place.schedules.all().delete()
    Schedule.objects.bulk_create(Schedule(location=place, **asdict(one)) for one in hours)
    place.schedule_exceptions.filter(ends_on__gte=timezone.localdate()).delete()
    ScheduleException.objects.bulk_create(ScheduleException(location=place, **asdict(one)) for one in exceptions)
    index_services(service_ids=Service.objects.filter(locations=place).values_list("pk", flat=True))
    return place
