"""Pages of a list with links that keep what was asked."""

from collections.abc import Callable
from functools import cached_property


class Pagination:
    """The pages of a list; a page beyond the last is the last. `link` gives the address of a page by its number."""

    def __init__(self, number: int, total: int, size: int, link: Callable[[int], str]):
        self.total, self.size, self.link = total, size, link
        self.count = max(1, -(-total // size))
        self.number = min(number, self.count)

    @property
    def slice(self) -> slice:
        return slice((self.number - 1) * self.size, self.number * self.size)

    @property
    def first(self) -> int:
        """The ordinal of the first one on the page; 0 when there is none."""
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
        """(number, address) of the first, the last and the near pages; 0 stands for a gap."""
        near = {1, self.count, *range(self.number - 1, self.number + 2)}
        found, before = [], 0
        for number in sorted(n for n in near if 1 <= n <= self.count):
            if number > before + 1:
                found.append((0, ""))
            found.append((number, self.link(number)))
            before = number
        return found
