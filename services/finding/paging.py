"""The pages of a search."""

from organisations.core.paging import Pagination
from services.models import Listing

from .filters import Filters


def results_pages(filters: Filters, total: int, size: int) -> Pagination:
    return Pagination(filters.page, total, size, lambda number: filters.query_string(page=number))


def search_page(filters: Filters, today, size: int) -> tuple[dict[str, int], list[int]]:
    """Facet counts (the key "" holds the total), and the ids of the page asked for, or of the last one."""
    asked = filters.asked(today)
    if filters.order == "relevance":
        # What the text finds is costly: both in one statement.
        counts, found = Listing.objects.ranked_page(asked, page=filters.page, size=size)
        return counts, [pk for pk, _score in found]
    counts = Listing.objects.facet_counts(asked)
    pages = results_pages(filters, counts[""], size)
    return counts, list(filters.listings(today).values_list("pk", flat=True)[pages.slice])
