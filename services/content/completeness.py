"""What a record should say, so that somebody can choose a service and get in, or turn to an organisation."""

from collections.abc import Callable

from organisations.models import Organisation
from services.models.service import Service

# In the order in which a missing fact keeps people from the service.
_SERVICE_FACTS: dict[str, Callable[[Service], object]] = {
    "access": lambda service: service.access_routes or service.client_access,
    "reach": lambda service: service.email or service.website or service.phones.all() or service.locations.all(),
    "summary": lambda service: service.summary,
    "categories": lambda service: service.categories.all(),
    "eligibility": lambda service: service.eligibility or service.age_min is not None or service.age_max is not None,
    "description": lambda service: service.description,
    "cost": lambda service: service.cost,
    "languages": lambda service: service.languages,
}
_ORGANISATION_FACTS: dict[str, Callable[[Organisation], object]] = {
    "reach": lambda one: one.email or one.phones.all(),
    "description": lambda one: one.description,
    "area": lambda one: one.nationwide or one.municipalities.all() or one.counties.all(),
    "contacts": lambda one: one.contacts.all(),
    "website": lambda one: one.website,
    "categories": lambda one: one.categories.all(),
    "translated": lambda one: one.description_sv or one.description_en,
}


def missing_facts(record: Service | Organisation) -> list[str]:
    """The facts that the record lacks, the most needed first; reads what is related to it."""
    return [name for name, says in _facts_of(record).items() if not says(record)]


def completeness(record: Service | Organisation) -> float:
    """How much of what it should say the record says, from 0 to 1."""
    return 1 - len(missing_facts(record)) / len(_facts_of(record))


def _facts_of(record: Service | Organisation) -> dict[str, Callable]:
    return _SERVICE_FACTS if isinstance(record, Service) else _ORGANISATION_FACTS
