"""Organisations and places in schema.org's words, for search engines and other programs that read pages."""

from collections.abc import Callable, Iterable

from django.utils import timezone

from organisations.core.translated_text import text_of
from organisations.models import Organisation
from organisations.models.organisation import Sector

TYPES = {
    Sector.COUNTY: "GovernmentOrganization",
    Sector.MUNICIPALITY: "GovernmentOrganization",
    Sector.STATE: "GovernmentOrganization",
    Sector.NGO: "NGO",
}
# As in ISO 8601 the week begins on Monday.
DAYS = [
    f"https://schema.org/{day}"
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
]


def organisation(found: Organisation, absolute: Callable[[str], str], locations: Iterable) -> dict:
    """An organisation as its page shows it; persons to contact are left to the page itself."""
    areas = [area.name for area in (*found.counties.all(), *found.municipalities.all())]
    business_id = {"@type": "PropertyValue", "propertyID": "Y-tunnus", "value": found.business_id}
    parent = found.parent if found.parent and found.parent.status == "published" else None
    data = {
        "@context": "https://schema.org",
        **organisation_in_short(found, absolute),
        "alternateName": found.abbreviation,
        "description": str(text_of(found, "description")),
        "identifier": business_id if found.business_id else None,
        "email": found.email,
        "telephone": [phone.number for phone in found.phones.all()],
        "areaServed": area_served(found.nationwide, areas),
        "parentOrganization": organisation_in_short(parent, absolute) if parent else None,
        "location": [place(location) for location in locations],
    }
    return filled(data)


def organisation_in_short(found: Organisation, absolute: Callable[[str], str]) -> dict:
    """Which organisation it is: the same `@id` wherever it is named."""
    url = absolute(found.get_absolute_url())
    short = {
        "@type": TYPES.get(found.sector, "Organization"),
        "@id": url,
        "url": url,
        "name": str(text_of(found, "name")),
        "sameAs": found.website,
    }
    return filled(short)


def contact_point(phones: list[str], email: str) -> dict | None:
    """How to reach somebody; None where there is no way."""
    data = {"@type": "ContactPoint", "telephone": phones, "email": email}
    return filled(data) if phones or email else None


def address_of(location) -> dict | None:
    """A postal address; None where nothing of it is known."""
    parts = {
        "streetAddress": str(text_of(location, "street")),
        "postalCode": location.postal_code,
        "addressLocality": str(text_of(location, "city")),
    }
    known = filled(parts)
    return {"@type": "PostalAddress", **known, "addressCountry": "FI"} if known else None


def area_served(nationwide: bool, names: list[str]) -> list[dict]:
    if nationwide:
        return [{"@type": "Country", "name": "Suomi", "identifier": "FI"}]
    return [{"@type": "AdministrativeArea", "name": name} for name in names]


def place(location) -> dict:
    """A place (of services, which this app does not know) with its address and hours."""
    point = {"@type": "GeoCoordinates", "latitude": location.latitude, "longitude": location.longitude}
    return filled(
        {
            "@type": "Place",
            "name": str(text_of(location, "name")),
            "address": address_of(location),
            "geo": point if location.latitude is not None else None,
            "telephone": [phone.number for phone in location.phones.all()],
            "openingHoursSpecification": [_hours(row) for row in location.schedules.all()],
            "specialOpeningHoursSpecification": list(_exceptions(location)),
        }
    )


def _hours(row) -> dict:
    return filled(
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": DAYS[row.weekday - 1],
            "opens": f"{row.opens_at:%H:%M}",
            "closes": f"{row.closes_at:%H:%M}",
            "validFrom": row.valid_from and row.valid_from.isoformat(),
            "validThrough": row.valid_until and row.valid_until.isoformat(),
        }
    )


def _exceptions(location) -> Iterable[dict]:
    """Coming ones. That a place is closed is said by hours of no length."""
    today = timezone.localdate()
    for row in location.schedule_exceptions.all():
        if row.ends_on >= today:
            yield {
                "@type": "OpeningHoursSpecification",
                "opens": "00:00" if row.closed else f"{row.opens_at:%H:%M}",
                "closes": "00:00" if row.closed else f"{row.closes_at:%H:%M}",
                "validFrom": row.starts_on.isoformat(),
                "validThrough": row.ends_on.isoformat(),
            }


def filled(data: dict) -> dict:
    """Without what is unknown."""
    return {name: value for name, value in data.items() if value not in (None, "", [], {})}
