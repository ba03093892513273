"""Organisations and places as schema.org data, for search engines and other programs."""

from collections.abc import Callable, Iterable

from django.utils import timezone

from organisations.core.translated_text import translated_text
from organisations.models import Organisation
from organisations.models.organisation import Sector

SCHEMA_TYPES: dict[str, str] = {
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


def organisation_data(organisation: Organisation, absolute: Callable[[str], str], locations: Iterable) -> dict:
    """An organisation as schema.org data, without its contact persons."""
    business_id = {"@type": "PropertyValue", "propertyID": "Y-tunnus", "value": organisation.business_id}
    parent = organisation.parent if organisation.parent and organisation.parent.status == "published" else None
    data = {
        "@context": "https://schema.org",
        **organisation_reference(organisation, absolute),
        "alternateName": organisation.abbreviation,
        "description": str(translated_text(organisation, "description")),
        "identifier": business_id if organisation.business_id else None,
        "email": organisation.email,
        "telephone": [phone.number for phone in organisation.phones.all()],
        "areaServed": area_served(organisation.nationwide, organisation.area_names()),
        "parentOrganization": organisation_reference(parent, absolute) if parent else None,
        "location": [place_data(location) for location in locations],
    }
    return without_empty_values(data)


def organisation_reference(organisation: Organisation, absolute: Callable[[str], str]) -> dict:
    """A short reference with the same `@id` wherever the organisation appears."""
    url = absolute(organisation.get_absolute_url())
    data = {
        "@type": SCHEMA_TYPES.get(organisation.sector, "Organization"),
        "@id": url,
        "url": url,
        "name": str(translated_text(organisation, "name")),
        "sameAs": organisation.website,
    }
    return without_empty_values(data)


def contact_point(phones: list[str], email: str) -> dict | None:
    """A ContactPoint; None without phone and e-mail."""
    data = {"@type": "ContactPoint", "telephone": phones, "email": email}
    return without_empty_values(data) if phones or email else None


def postal_address(location) -> dict | None:
    """A PostalAddress; None if all parts are empty."""
    parts = {
        "streetAddress": str(translated_text(location, "street")),
        "postalCode": location.postal_code,
        "addressLocality": str(translated_text(location, "city")),
    }
    address = without_empty_values(parts)
    return {"@type": "PostalAddress", **address, "addressCountry": "FI"} if address else None


def area_served(nationwide: bool, names: list[str]) -> list[dict]:
    if nationwide:
        return [{"@type": "Country", "name": "Suomi", "identifier": "FI"}]
    return [{"@type": "AdministrativeArea", "name": name} for name in names]


def place_data(location) -> dict:
    """A location (a model of the services app) as a Place with address and hours."""
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
    """Current and future exceptions. Equal opening and closing times mean closed."""
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
    """Drop None and empty values."""
    return {name: value for name, value in data.items() if value not in (None, "", [], {})}
