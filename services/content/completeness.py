"""Facts that a record should state, so that people can choose a service or contact an organisation."""

from collections.abc import Callable

from organisations.models import Organisation
from services.models.service import Service

# Ordered by how much a missing fact keeps people from the service.
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
    "reach": lambda organisation: organisation.email or organisation.phones.all(),
    "description": lambda organisation: organisation.description,
    "area": lambda organisation: (
        organisation.nationwide or organisation.municipalities.all() or organisation.counties.all()
    ),
    "contacts": lambda organisation: organisation.contacts.all(),
    "website": lambda organisation: organisation.website,
    "categories": lambda organisation: organisation.categories.all(),
    "translated": lambda organisation: organisation.description_sv or organisation.description_en,
}


def missing_facts(record: Service | Organisation) -> list[str]:
    """The facts that the record lacks, most important first. Queries related records."""
    return [name for name, value_of in _facts_of(record).items() if not value_of(record)]


def completeness(record: Service | Organisation) -> float:
    """The share of expected facts that the record states, from 0 to 1."""
    return 1 - len(missing_facts(record)) / len(_facts_of(record))


def _facts_of(record: Service | Organisation) -> dict[str, Callable]:
    return _SERVICE_FACTS if isinstance(record, Service) else _ORGANISATION_FACTS
