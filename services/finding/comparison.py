"""A few services side by side, chosen by their numbers in the URL: ?s=12&s=34."""

from dataclasses import dataclass
from urllib.parse import urlencode

from services.models import Service

MOST = 4  # columns that still fit side by side
READ = 40  # numbers of an address that are read at all


@dataclass
class Column:
    """A service with the query that compares the others."""

    service: Service
    without: str


def ids(values: list[str]) -> list[int]:
    """Numbers of services in their order, each once; what is no number is left out."""
    numbers = (int(value) for value in values[:READ] if value.isascii() and value.isdigit() and len(value) < 19)
    return list(dict.fromkeys(numbers))


def columns(services: list[Service]) -> list[Column]:
    return [
        Column(one, "?" + urlencode([("s", other.pk) for other in services if other is not one])) for one in services
    ]
