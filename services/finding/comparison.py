"""Comparison of services by their ids in the URL: ?s=12&s=34."""

from dataclasses import dataclass
from urllib.parse import urlencode

from services.content.facets import compared_facets
from services.content.service_texts import Label
from services.models import Service

MAX_COLUMNS = 4  # columns that still fit side by side
MAX_IDS = 40  # ids read from a URL


@dataclass
class ComparisonColumn:
    """A service, and the query string of the comparison without it."""

    service: Service
    query_without: str


@dataclass(frozen=True)
class FacetRow:
    """What services state about a facet: `cells` are (service, words); `note` is the field of a text that says more."""

    heading: Label
    note: str
    cells: list[tuple[Service, str]]


def parse_service_ids(values: list[str]) -> list[int]:
    """Distinct service ids in order; invalid values are skipped."""
    numbers = (int(value) for value in values[:MAX_IDS] if value.isascii() and value.isdigit() and len(value) < 19)
    return list(dict.fromkeys(numbers))


def comparison_columns(services: list[Service]) -> list[ComparisonColumn]:
    return [
        ComparisonColumn(service, "?" + urlencode([("s", other.pk) for other in services if other is not service]))
        for service in services
    ]


def facet_rows(services: list[Service]) -> list[FacetRow]:
    return [
        FacetRow(facet.heading, facet.note, [(service, facet.words(service)) for service in services])
        for facet in compared_facets()
    ]
