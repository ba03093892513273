"""Confirm that records are true, or that a service has ended."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import transaction

from organisations.models import Organisation, User
from organisations.models.base import Status
from services.indexing.services import index_services, lock_search_index
from services.models import Listing, Service


@transaction.atomic
def confirm(
    *, organisation: Organisation, services: Iterable[int], by: User | None, now: dt.datetime, itself: bool = True
) -> int:
    """Confirm the organisation and those of its published services that are named; returns how many services.

    Their rows in search get the new day, and are not made anew for it.
    """
    lock_search_index()
    if itself:
        Organisation.objects.filter(pk=organisation.pk).update(assured_at=now, assured_by=by)
    found = organisation.services.published().filter(pk__in=list(services)).select_related("organisation")
    by_day: dict[dt.date, list[int]] = defaultdict(list)
    for service in found.select_for_update(of=["self"]):
        service.assured_at = now
        by_day[service.term.unconfirmed_from].append(service.pk)
    for day, ids in by_day.items():
        Service.objects.filter(pk__in=ids).update(assured_at=now, assured_by=by)
        Listing.objects.filter(pk__in=ids).update(assured_at=now, unconfirmed_from=day)
    return sum(map(len, by_day.values()))


@transaction.atomic
def archive_services(
    *, services: Iterable[int], as_confirmed: Mapping[int, dt.datetime | None] | None = None
) -> list[int]:
    """Take services out of the directory, for instance as they have ended; returns the numbers of those that were in
    it. With `as_confirmed`, the moment of each one's last confirmation as it was seen, those confirmed since stay."""
    lock_search_index()
    found = Service.objects.filter(pk__in=list(services)).exclude(status=Status.ARCHIVED)
    locked = found.order_by("pk").select_for_update(of=["self"]).values_list("pk", "assured_at")
    ids = [pk for pk, assured_at in locked if as_confirmed is None or assured_at == as_confirmed[pk]]
    Service.objects.filter(pk__in=ids).update(status=Status.ARCHIVED)
    index_services(service_ids=ids)
    return ids
