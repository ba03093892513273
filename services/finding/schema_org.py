"""Services, and the site itself, in schema.org's words, for search engines and other programs that read pages."""

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
    """The site itself, and how to search it. Addresses are absolute."""
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


def service_schema(found: Service, absolute: Callable[[str], str]) -> dict:
    """A service as its page shows it, from what the page has read; `absolute` makes a path a whole address."""
    public = found.organisation.sector in PUBLIC_SECTORS
    url = absolute(found.get_absolute_url())
    phones = [phone.number for phone in found.phones.all()]
    areas = [*found.own_areas] or [*found.organisation_areas]
    nationwide = found.nationwide or (not found.own_areas and found.organisation.nationwide)
    return without_empty_values(
        {
            "@context": "https://schema.org",
            "@type": "GovernmentService" if public else "Service",
            "@id": url,
            "url": url,
            "name": str(translated_text(found, "name")),
            "description": str(translated_text(found, "summary")),
            "serviceType": [str(translated_text(tag.current, "name")) for tag in found.categories.all()],
            "provider": organisation_reference(found.organisation, absolute),
            "areaServed": area_served(nationwide, areas),
            "audience": _audience_schema(found),
            "offers": {"@type": "Offer", "price": 0, "priceCurrency": "EUR"} if found.cost == Cost.FREE else None,
            "availableChannel": [
                without_empty_values(
                    {
                        "@type": "ServiceChannel",
                        "serviceUrl": found.website,
                        "servicePhone": contact_point(phones, found.email),
                        "availableLanguage": list(found.languages),
                    }
                ),
                *(
                    {"@type": "ServiceChannel", "serviceLocation": place_data(location)}
                    for location in found.locations.all()
                ),
            ],
        }
    )


def _audience_schema(found: Service) -> dict | None:
    if found.age_min is None and found.age_max is None:
        return None
    limits = {"suggestedMinAge": found.age_min, "suggestedMaxAge": found.age_max}
    return {"@type": "PeopleAudience", **{name: age for name, age in limits.items() if age is not None}}
