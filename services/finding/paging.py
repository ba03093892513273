"""Pages of results with links that keep the search."""

from functools import cached_property

from services.models import Listing

from .filters import Filters


class Pages:
    """The pages of a search; a page beyond the last is the last."""

    def __init__(self, filters: Filters, total: int, size: int):
        self.filters, self.total, self.size = filters, total, size
        self.count = max(1, -(-total // size))
        self.number = min(filters.page, self.count)

    @property
    def slice(self) -> slice:
        return slice((self.number - 1) * self.size, self.number * self.size)

    @property
    def first(self) -> int:
        """The ordinal of the first result on the page; 0 when there is none."""
        return min(self.total, (self.number - 1) * self.size + 1)

    @property
    def last(self) -> int:
        return min(self.total, self.number * self.size)

    @property
    def previous(self) -> str:
        return self.filters.query_string(page=self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        return self.filters.query_string(page=self.number + 1) if self.number < self.count else ""

    @cached_property
    def links(self) -> list[tuple[int, str]]:
        """(number, query) of the first, the last and the near pages; 0 stands for a gap."""
        near = {1, self.count, *range(self.number - 1, self.number + 2)}
        found, before = [], 0
        for number in sorted(n for n in near if 1 <= n <= self.count):
            if number > before + 1:
                found.append((0, ""))
            found.append((number, self.filters.query_string(page=number)))
            before = number
        return found


def read_page(filters: Filters, today, size: int) -> tuple[dict[str, int], list[int]]:
    """Facet counts (the key "" holds the total), and the ids of the page asked for, or of the last one."""
    asked = filters.asked(today)
    if filters.order == "relevance":
        # What the text finds is costly: both in one statement.
        counts, found = Listing.objects.best_page(asked, page=filters.page, size=size)
        return counts, [pk for pk, _score in found]
    counts = Listing.objects.facet_counts(asked)
    pages = Pages(filters, counts[""], size)
    return counts, list(filters.listings(today).values_list("pk", flat=True)[pages.slice])
