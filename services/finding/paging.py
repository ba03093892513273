"""The pages of a search."""

from organisations.core.paging import Pages
from services.models import Listing

from .filters import Filters


def pages_of(filters: Filters, total: int, size: int) -> Pages:
    return Pages(filters.page, total, size, lambda number: filters.query_string(page=number))


def read_page(filters: Filters, today, size: int) -> tuple[dict[str, int], list[int]]:
    """Facet counts (the key "" holds the total), and the ids of the page asked for, or of the last one."""
    asked = filters.asked(today)
    if filters.order == "relevance":
        # What the text finds is costly: both in one statement.
        counts, found = Listing.objects.best_page(asked, page=filters.page, size=size)
        return counts, [pk for pk, _score in found]
    counts = Listing.objects.facet_counts(asked)
    pages = pages_of(filters, counts[""], size)
    return counts, list(filters.listings(today).values_list("pk", flat=True)[pages.slice])
