"""Structured data (schema.org) of services and the site."""

from collections.abc import Callable

from django.utils.translation import get_language

from organisations.core.translated_text import translated_text
from organisations.models.organisation import Sector
from organisations.profiles.schema_org import (
    area_served,
    contact_point,
    organisation_reference,
    place_data,
    without_empty_values,
)
from services.models import Service
from services.models.choices import Cost

PUBLIC_SECTORS = frozenset({Sector.COUNTY, Sector.MUNICIPALITY, Sector.STATE})


def website_schema(home: str, results: str, operator: str) -> dict:
    """The site and its search. URLs must be absolute."""
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": "Palvelukartta",
        "url": home,
        "inLanguage": get_language(),
        "publisher": {"@type": "Organization", "name": operator},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{results}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def service_schema(service: Service, absolute: Callable[[str], str]) -> dict:
    """A service from `for_cards`, with the relations of its page; `absolute` turns a path into a full URL."""
    is_public = service.organisation.sector in PUBLIC_SECTORS
    url = absolute(service.get_absolute_url())
    phones = [phone.number for phone in service.phones.all()]
    areas = service.own_areas or service.organisation_areas
    nationwide = service.nationwide or (not service.own_areas and service.organisation.nationwide)
    return without_empty_values(
        {
            "@context": "https://schema.org",
            "@type": "GovernmentService" if is_public else "Service",
            "@id": url,
            "url": url,
            "name": str(translated_text(service, "name")),
            "description": str(translated_text(service, "summary")),
            "serviceType": [str(translated_text(tag.current, "name")) for tag in service.categories.all()],
            "provider": organisation_reference(service.organisation, absolute),
            "areaServed": area_served(nationwide, areas),
            "audience": _audience_schema(service),
            "offers": {"@type": "Offer", "price": 0, "priceCurrency": "EUR"} if service.cost == Cost.FREE else None,
            "availableChannel": [
                without_empty_values(
                    {
                        "@type": "ServiceChannel",
                        "serviceUrl": service.website,
                        "servicePhone": contact_point(phones, service.email),
                        "availableLanguage": list(service.languages),
                    }
                ),
                *(
                    {"@type": "ServiceChannel", "serviceLocation": place_data(location)}
                    for location in service.locations.all()
                ),
            ],
        }
    )


def _audience_schema(service: Service) -> dict | None:
    if service.age_min is None and service.age_max is None:
        return None
    limits = {"suggestedMinAge": service.age_min, "suggestedMaxAge": service.age_max}
    return {"@type": "PeopleAudience", **{name: age for name, age in limits.items() if age is not None}}
