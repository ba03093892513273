"""Pagination with links that keep the query."""

from collections.abc import Callable
from functools import cached_property


class Pagination:
    """The pages of a list. A number beyond the last page becomes the last; `link` maps a number to a URL."""

    def __init__(self, number: int, total: int, size: int, link: Callable[[int], str]):
        self.total, self.size, self.link = total, size, link
        self.count = max(1, -(-total // size))
        self.number = min(number, self.count)

    @property
    def slice(self) -> slice:
        return slice((self.number - 1) * self.size, self.number * self.size)

    @property
    def first(self) -> int:
        """The ordinal of the first item on the page; 0 for an empty list."""
        return min(self.total, (self.number - 1) * self.size + 1)

    @property
    def last(self) -> int:
        return min(self.total, self.number * self.size)

    @property
    def previous(self) -> str:
        return self.link(self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        return self.link(self.number + 1) if self.number < self.count else ""

    @cached_property
    def links(self) -> list[tuple[int, str]]:
        """(number, URL) of the first, the last and the neighbouring pages; (0, "") stands for a gap."""
        numbers = {1, self.count, *range(self.number - 1, self.number + 2)}
        links, previous = [], 0
        for number in sorted(n for n in numbers if 1 <= n <= self.count):
            if number > previous + 1:
                links.append((0, ""))
            links.append((number, self.link(number)))
            previous = number
        return links
