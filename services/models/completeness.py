"""What a service's record should say, so that somebody can choose it and get in."""

from collections.abc import Callable

from .service import Service

# In the order in which a missing fact keeps people from the service.
FACTS: dict[str, Callable[[Service], object]] = {
    "access": lambda service: service.access_routes or service.client_access,
    "reach": lambda service: service.email or service.website or service.phones.all() or service.locations.all(),
    "summary": lambda service: service.summary,
    "categories": lambda service: service.categories.all(),
    "eligibility": lambda service: service.eligibility or service.age_min is not None or service.age_max is not None,
    "description": lambda service: service.description,
    "cost": lambda service: service.cost,
    "languages": lambda service: service.languages,
}


def missing(service: Service) -> list[str]:
    """The facts that the record lacks, the most needed first; reads phones, locations and categories."""
    return [name for name, says in FACTS.items() if not says(service)]


def completeness(service: Service) -> float:
    """How much of what it should say the record says, from 0 to 1."""
    return 1 - len(missing(service)) / len(FACTS)
