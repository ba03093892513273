"""The taxonomy after mergers. Pure: ids and stored links, no queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

Node = TypeVar("Node")


def last_successor(start: Node, successor: Callable[[Node], Node | None]) -> Node:
    """Follow successors to the end; in a cycle a node resolves to itself."""
    node, visited = start, set()
    while (following := successor(node)) is not None:
        visited.add(node)
        if following in visited:
            return start
        node = following
    return node


class CategoryTree:
    """Categories by id with their (parent, replaced_by) as stored.

    A merged category stands for the one that it ended in, and what lies below it lies below that one. A link that would
    close a circle is passed over in favour of the next one above it, so that every walk ends.
    """

    def __init__(self, links: Mapping[int, tuple[int | None, int | None]]):
        self._links = links
        self._parents: dict[int, int | None] = {}
        for category in sorted(links):
            if self.current(category) == category:
                self._parents[category] = self._parent_without_circle(category)

    def current(self, category: int) -> int:
        """The category, or the one it was finally merged into."""
        return last_successor(category, lambda node: self._links[node][1])

    def parent(self, category: int) -> int | None:
        """The parent, resolved to a category that is not merged."""
        return self._parents[self.current(category)]

    def ancestors(self, category: int) -> list[int]:
        """All ancestors, nearest first."""
        return list(self._walk(self.parent(category)))

    def lineage(self, category: int) -> list[int]:
        """The current category of a tag and its ancestors, nearest first."""
        return list(self._walk(self.current(category)))

    def dependents(self, categories: Iterable[int]) -> set[int]:
        """The categories, their descendants and all merged into any of these: those whose lineage depends on them."""
        pointing = defaultdict(set)
        for category, targets in self._links.items():
            for target in targets:
                pointing[target].add(category)
        dependents: set[int] = set()
        new = set(categories)
        while new := new - dependents:
            dependents |= new
            new = {category for target in new for category in pointing[target]}
        return dependents

    def _walk(self, category: int | None) -> Iterator[int]:
        while category is not None:
            yield category
            category = self._parents.get(category)

    def _parent_without_circle(self, category: int) -> int | None:
        stored, visited = self._links[category][0], set()
        while stored is not None and stored not in visited:
            visited.add(stored)
            candidate = self.current(stored)
            if category not in self._walk(candidate):
                return candidate
            stored = self._links[stored][0]
        return None
