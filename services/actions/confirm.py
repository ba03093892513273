"""Confirm that records are correct, or archive services that have ended."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import transaction

from organisations.models import Organisation, User
from organisations.models.base import Status
from services.indexing.lock import lock_search_index
from services.indexing.services import index_services
from services.models import Listing, Service


@transaction.atomic
def confirm(
    *,
    organisation: Organisation,
    services: Iterable[int],
    by: User | None,
    now: dt.datetime,
    includes_organisation: bool = True,
) -> int:
    """Confirm the organisation and the given published services of it; returns how many services.

    Updates the date in their search rows without reindexing.
    """
    lock_search_index()
    if includes_organisation:
        Organisation.objects.filter(pk=organisation.pk).update(assured_at=now, assured_by=by)
    confirmed = organisation.services.published().filter(pk__in=list(services)).select_related("organisation")
    by_day: dict[dt.date, list[int]] = defaultdict(list)
    for service in confirmed.select_for_update(of=["self"]):
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
    """Archive services, for instance because they have ended; returns the ids of those that were not archived yet.

    `as_confirmed`, if given, holds the time of the last known confirmation of each; those confirmed since are skipped.
    """
    lock_search_index()
    candidates = Service.objects.filter(pk__in=list(services)).exclude(status=Status.ARCHIVED)
    locked = candidates.order_by("pk").select_for_update(of=["self"]).values_list("pk", "assured_at")
    ids = [pk for pk, assured_at in locked if as_confirmed is None or assured_at == as_confirmed[pk]]
    Service.objects.filter(pk__in=ids).update(status=Status.ARCHIVED)
    index_services(service_ids=ids)
    return ids
