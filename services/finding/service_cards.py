"""Services as cards, and the choice of services on the home page."""

import datetime as dt
from collections import Counter

from django.db.models import F

from services.models import Listing, Service
from services.models.service import ServiceQuerySet

FRESHEST_COUNT = 4
# The most recently confirmed services from which those of different sectors are chosen.
FRESHEST_CANDIDATES = 24


def services_for_cards(ids: list[int]) -> list[Service]:
    """The services with these ids, in this order, with the relations of a card."""
    return in_order(Service.objects.for_cards().with_phone_number(), ids)


def in_order(services: ServiceQuerySet, ids: list[int]) -> list[Service]:
    """The services of a queryset with these ids, in this order."""
    by_id = services.in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def freshest_services(today: dt.date) -> list[Service]:
    """The most recently confirmed services, with one of each sector before a second of any."""
    candidates = Listing.objects.on_offer(today).freshest().values("pk")[:FRESHEST_CANDIDATES]
    services = Service.objects.for_cards().filter(pk__in=candidates)
    services = services.order_by(F("assured_at").desc(nulls_last=True), "pk")
    count_by_sector: Counter[str] = Counter()
    ranks: dict[Service, int] = {}
    for service in services:
        ranks[service] = count_by_sector[service.organisation.sector]
        count_by_sector[service.organisation.sector] += 1
    chosen = sorted(ranks, key=lambda service: ranks[service])[:FRESHEST_COUNT]
    return [service for service in ranks if service in chosen]
