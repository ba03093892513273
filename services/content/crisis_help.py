"""Emergency numbers for pages whose readers may be in danger."""

import datetime as dt
from collections.abc import Iterable

from services.models import Service
from services.search.facets import NATIONWIDE

# Where there are more, only the page of all of them helps.
MAX_NUMBERS = 3


def crisis_numbers(today: dt.date, facets: Iterable[str] | None = None) -> list[Service]:
    """Return the social and crisis emergency services, with a number as `call`; [] where there are many.

    `facets` are tokens of listings, of which those of areas count; None means everywhere. One query.
    """
    areas = None
    if facets is not None:
        areas = [facet for facet in facets if facet.startswith(("municipality:", "county:")) or facet == NATIONWIDE]
    services = list(Service.objects.crisis_numbers(today, areas)[: MAX_NUMBERS + 1])
    return services if len(services) <= MAX_NUMBERS else []
