"""Pagination of search results."""

import datetime as dt

from organisations.core.paging import Pagination
from services.models import Listing

from .filters import Filters


def results_pages(filters: Filters, total: int, size: int) -> Pagination:
    return Pagination(filters.page, total, size, lambda number: filters.query_string(page=number))


def search_page(filters: Filters, today: dt.date, size: int) -> tuple[dict[str, int], list[int]]:
    """Facet counts (key "" is the total), and the ids of the requested page, or of the last one if it is beyond."""
    search = filters.facet_search(today)
    if filters.sort_order == "relevance":
        # Text ranking is expensive: one query for both.
        counts, ranked = Listing.objects.ranked_page(search, page=filters.page, size=size)
        return counts, [pk for pk, _score in ranked]
    counts = Listing.objects.facet_counts(search)
    pages = results_pages(filters, counts[""], size)
    return counts, list(filters.ordered_listings(today).values_list("pk", flat=True)[pages.slice])
