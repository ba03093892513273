"""Organisations and places in schema.org's words, for search engines and other programs that read pages."""

from collections.abc import Callable, Iterable

from django.utils import timezone

from organisations.core.translated_text import translated_text
from organisations.models import Organisation
from organisations.models.organisation import Sector

SCHEMA_TYPES = {
    Sector.COUNTY: "GovernmentOrganization",
    Sector.MUNICIPALITY: "GovernmentOrganization",
    Sector.STATE: "GovernmentOrganization",
    Sector.NGO: "NGO",
}
# As in ISO 8601 the week begins on Monday.
DAY_URLS = [
    f"https://schema.org/{day}"
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
]


def organisation_data(found: Organisation, absolute: Callable[[str], str], locations: Iterable) -> dict:
    """An organisation as its page shows it; persons to contact are left to the page itself."""
    areas = [area.name for area in (*found.counties.all(), *found.municipalities.all())]
    business_id = {"@type": "PropertyValue", "propertyID": "Y-tunnus", "value": found.business_id}
    parent = found.parent if found.parent and found.parent.status == "published" else None
    data = {
        "@context": "https://schema.org",
        **organisation_reference(found, absolute),
        "alternateName": found.abbreviation,
        "description": str(translated_text(found, "description")),
        "identifier": business_id if found.business_id else None,
        "email": found.email,
        "telephone": [phone.number for phone in found.phones.all()],
        "areaServed": area_served(found.nationwide, areas),
        "parentOrganization": organisation_reference(parent, absolute) if parent else None,
        "location": [place_data(location) for location in locations],
    }
    return without_empty_values(data)


def organisation_reference(found: Organisation, absolute: Callable[[str], str]) -> dict:
    """Which organisation it is: the same `@id` wherever it is named."""
    url = absolute(found.get_absolute_url())
    short = {
        "@type": SCHEMA_TYPES.get(found.sector, "Organization"),
        "@id": url,
        "url": url,
        "name": str(translated_text(found, "name")),
        "sameAs": found.website,
    }
    return without_empty_values(short)


def contact_point(phones: list[str], email: str) -> dict | None:
    """How to reach somebody; None where there is no way."""
    data = {"@type": "ContactPoint", "telephone": phones, "email": email}
    return without_empty_values(data) if phones or email else None


def postal_address(location) -> dict | None:
    """A postal address; None where nothing of it is known."""
    parts = {
        "streetAddress": str(translated_text(location, "street")),
        "postalCode": location.postal_code,
        "addressLocality": str(translated_text(location, "city")),
    }
    known = without_empty_values(parts)
    return {"@type": "PostalAddress", **known, "addressCountry": "FI"} if known else None


def area_served(nationwide: bool, names: list[str]) -> list[dict]:
    if nationwide:
        return [{"@type": "Country", "name": "Suomi", "identifier": "FI"}]
    return [{"@type": "AdministrativeArea", "name": name} for name in names]


def place_data(location) -> dict:
    """A place (of services, which this app does not know) with its address and hours."""
    point = {"@type": "GeoCoordinates", "latitude": location.latitude, "longitude": location.longitude}
    return without_empty_values(
        {
            "@type": "Place",
            "name": str(translated_text(location, "name")),
            "address": postal_address(location),
            "geo": point if location.latitude is not None else None,
            "telephone": [phone.number for phone in location.phones.all()],
            "openingHoursSpecification": [_opening_hours(row) for row in location.schedules.all()],
            "specialOpeningHoursSpecification": list(_special_opening_hours(location)),
        }
    )


def _opening_hours(row) -> dict:
    return without_empty_values(
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": DAY_URLS[row.weekday - 1],
            "opens": f"{row.opens_at:%H:%M}",
            "closes": f"{row.closes_at:%H:%M}",
            "validFrom": row.valid_from and row.valid_from.isoformat(),
            "validThrough": row.valid_until and row.valid_until.isoformat(),
        }
    )


def _special_opening_hours(location) -> Iterable[dict]:
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


def without_empty_values(data: dict) -> dict:
    """Without what is unknown."""
    return {name: value for name, value in data.items() if value not in (None, "", [], {})}
