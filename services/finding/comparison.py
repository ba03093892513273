"""A few services side by side, chosen by their numbers in the URL: ?s=12&s=34."""

from dataclasses import dataclass
from urllib.parse import urlencode

from services.models import Service

MAX_COLUMNS = 4  # columns that still fit side by side
MAX_IDS = 40  # numbers of an address that are read at all


@dataclass
class ComparisonColumn:
    """A service with the query that compares the others."""

    service: Service
    without: str


def parse_service_ids(values: list[str]) -> list[int]:
    """Numbers of services in their order, each once; what is no number is left out."""
    numbers = (int(value) for value in values[:MAX_IDS] if value.isascii() and value.isdigit() and len(value) < 19)
    return list(dict.fromkeys(numbers))


def comparison_columns(services: list[Service]) -> list[ComparisonColumn]:
    return [
        ComparisonColumn(one, "?" + urlencode([("s", other.pk) for other in services if other is not one]))
        for one in services
    ]
