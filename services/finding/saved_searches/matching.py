"""The services that a saved search finds."""

import datetime as dt

from django.http import QueryDict

from services.actions.saved_searches import MAX_MATCHES
from services.finding.filters import Filters
from services.finding.reference_data import ReferenceData
from services.finding.url_parameters import read_filters
from services.models import SavedSearch


def saved_filters(search: SavedSearch, reference_data: ReferenceData) -> Filters:
    return read_filters(QueryDict(search.query), reference_data, search.language)


def matches(filters: Filters, today: dt.date) -> list[int]:
    """The ids of at most MAX_MATCHES services."""
    return list(filters.matching_listings(today).order_by("pk").values_list("pk", flat=True)[:MAX_MATCHES])
