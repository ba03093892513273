"""Services to try instead of those of a list that have ended."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import IntegerField, Q, Value

from organisations.models import Municipality
from services.models import Category, Listing, ReferralItem, Service
from services.models.category import NEED_SCHEMES
from services.search.facets import NATIONWIDE, token

MAX_SIMILAR = 3


def similar_services(items: Iterable[ReferralItem], today: dt.date) -> dict[int, list[Service]]:
    """Return by the id of each ended service of a list up to three others with its subjects, near the family.

    They have a number as `call`. Five queries at most if any has ended, otherwise none.
    """
    items = list(items)
    services = [item.service for item in items if item.service]
    ended = [service for service in services if not service.is_offered(today)]
    if not ended:
        return {}
    areas = _areas(items, services)
    candidates = [
        Listing.objects.on_offer(today)
        .sharing(tags, areas)
        .exclude(pk__in=[service.pk for service in services])
        .annotate(instead_of=Value(pk, IntegerField()))
        .values_list("instead_of", "pk")[:MAX_SIMILAR]
        for pk, tags in _tags(ended).items()
    ]
    if not candidates:
        return {}
    # One statement, however many services have ended.
    pairs = list(candidates[0].union(*candidates[1:], all=True))
    by_id = Service.objects.select_related("organisation").with_phone_number().in_bulk([pk for _ended, pk in pairs])
    similar: dict[int, list[Service]] = defaultdict(list)
    for instead_of, pk in pairs:
        similar[instead_of].append(by_id[pk])
    return dict(similar)


def _tags(ended: Sequence[Service]) -> dict[int, list[str]]:
    """The tokens of the subjects of services; those that were archived have no listing any more."""
    categories = Category.objects.in_use().filter(scheme__in=NEED_SCHEMES, services__in=ended)
    tags: dict[int, list[str]] = defaultdict(list)
    for pk, scheme, code in categories.order_by("pk").values_list("services__pk", "scheme", "code"):
        tags[pk].append(token(scheme, code))
    return dict(tags)


def _areas(items: Sequence[ReferralItem], services: Sequence[Service]) -> list[str]:
    """Tokens of the family's municipality, else of those of the list, and of the whole country; [] if none is known."""
    areas = {token("municipality", item.municipality_id) for item in items if item.municipality_id}
    if not areas:
        listings = Listing.objects.filter(pk__in=services).values_list("facets", flat=True)
        areas = {facet for facets in listings for facet in facets if facet.startswith("municipality:")}
    if not areas:
        # Of archived services the records are left.
        own = Municipality.objects.filter(
            Q(services__in=services) | Q(county__services__in=services) | Q(organisations__services__in=services)
        )
        areas = {token("municipality", code) for code in own.values_list("pk", flat=True).distinct()}
    return [*sorted(areas), NATIONWIDE] if areas else []
