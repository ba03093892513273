"""What a list covers while it is made: needs, sectors, what does not fit, and services of other sectors to add."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisations.models import Municipality
from organisations.models.organisation import Sector
from services.models import Category, Listing, Service
from services.models.category import NEED_SCHEMES
from services.models.choices import AccessRoute, Language
from services.search.facets import NATIONWIDE, token

MAX_SUGGESTIONS, MAX_PER_SECTOR = 6, 2
ENDS_SOON = dt.timedelta(days=30)
# Without one of these a family cannot get in by itself.
OWN_ROUTES = frozenset({AccessRoute.OPEN_DOOR, AccessRoute.SELF, AccessRoute.APPLY})


@dataclass(frozen=True)
class FamilyFacts:
    """What the worker says about the family for the check of a list. Only the municipality is stored, for answers."""

    municipality: Municipality | None = None
    age: int | None = None
    language: str = ""


@dataclass(frozen=True)
class ListOverview:
    """`misfits` are reasons why services may not fit, by their ids; `warnings` are of the services together."""

    needs: list[Category]
    sectors: list[str]
    misfits: dict[int, list[str]]
    warnings: list[str]
    suggestions: list[Service] = field(default_factory=list)


def list_overview(
    services: Sequence[Service], *, list_language: str, family: FamilyFacts, today: dt.date, has_room: bool
) -> ListOverview:
    """Return the overview in four queries, whatever the number of services."""
    listings = Listing.objects.in_bulk([service.pk for service in services])
    needs = Category.objects.in_use().filter(scheme__in=NEED_SCHEMES, services__in=services).distinct()
    sectors = {service.organisation.sector for service in services}
    return ListOverview(
        needs=list(needs.order_by("order", "pk")),
        sectors=[str(Sector(value).label) for value in Sector.values if value in sectors],
        misfits={
            service.pk: misfits(service, listings.get(service.pk), list_language, family, today) for service in services
        },
        warnings=_warnings(list(listings.values()), family),
        suggestions=_suggestions(list(listings.values()), family, today) if has_room else [],
    )


def misfits(
    service: Service, listing: Listing | None, list_language: str, family: FamilyFacts, today: dt.date
) -> list[str]:
    """Return why the service may not fit, each reason a sentence."""
    reasons = []
    if service.valid_until and service.valid_until < today:
        reasons.append(_("The service has ended."))
    elif service.valid_until and service.valid_until < today + ENDS_SOON:
        reasons.append(_("It ends on %(day)s.") % {"day": date_format(service.valid_until, "SHORT_DATE_FORMAT")})
    if service.valid_from and service.valid_from > today:
        reasons.append(_("It starts on %(day)s.") % {"day": date_format(service.valid_from, "SHORT_DATE_FORMAT")})
    if service.is_unconfirmed(today):
        reasons.append(_("Nobody has confirmed its information for a long time. Call before you send a family there."))
    routes = set(service.access_routes)
    if routes and not routes & OWN_ROUTES:
        is_referral = AccessRoute.PROFESSIONAL not in routes
        reasons.append(_("A referral is needed.") if is_referral else _("A professional makes the contact."))
    if family.municipality and listing and not _serves(listing, family.municipality.pk):
        reasons.append(_("It does not serve this municipality: %(name)s.") % {"name": family.municipality.name})
    if family.age is not None and listing and not listing.age_min <= family.age <= listing.age_max:
        reasons.append(_("It is not for somebody of this age: %(age)s years.") % {"age": family.age})
    language = family.language or list_language
    if service.languages and language not in service.languages:
        reason = _("It is not offered in the language of this list (%(language)s).")
        if family.language:
            reason = _("It is not offered in the family's language (%(language)s).")
        reasons.append(reason % {"language": Language(language).label})
    return reasons


def _warnings(listings: list[Listing], family: FamilyFacts) -> list[str]:
    warnings = []
    areas = [_municipalities(listing) for listing in listings if NATIONWIDE not in listing.facets]
    if family.municipality is None and len(areas) > 1 and all(areas) and not frozenset.intersection(*areas):
        warnings.append(_("No municipality has all of these services. Choose the family's municipality below."))
    youngest = max((listing.age_min for listing in listings), default=0)
    oldest = min((listing.age_max for listing in listings), default=0)
    if youngest > oldest and family.age is None:
        warnings.append(_("No age fits all of these services. That is right if they are for different people."))
    return warnings


def _suggestions(listings: list[Listing], family: FamilyFacts, today: dt.date) -> list[Service]:
    if not listings:
        return []
    area = token("municipality", family.municipality.pk) if family.municipality else ""
    # For somebody of the age of the client, or of the ages that the list is for.
    youngest, oldest = min(listing.age_min for listing in listings), max(listing.age_max for listing in listings)
    if family.age is not None:
        youngest = oldest = family.age
    of_age = Listing.objects.on_offer(today).filter(age_min__lte=oldest, age_max__gte=youngest)
    others = of_age.from_other_sectors(listings, NEED_SCHEMES, per_sector=MAX_PER_SECTOR, area=area)
    ids = list(others.values_list("pk", flat=True)[:MAX_SUGGESTIONS])
    by_id = Service.objects.select_related("organisation").in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def _municipalities(listing: Listing) -> frozenset[str]:
    return frozenset(facet for facet in listing.facets if facet.startswith("municipality:"))


def _serves(listing: Listing, code: str) -> bool:
    return NATIONWIDE in listing.facets or token("municipality", code) in listing.facets
