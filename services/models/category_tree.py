"""The taxonomy after mergers, computed from ids and stored links without queries."""

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
    """Categories by id, from their stored (parent, replaced_by).

    A merged category is represented by its final replacement, which also gets its children. A parent that would form a
    cycle is replaced by the nearest ancestor that does not.
    """

    def __init__(self, links: Mapping[int, tuple[int | None, int | None]]):
        self._links = links
        self._parents: dict[int, int | None] = {}
        for category in sorted(links):
            if self.current(category) == category:
                self._parents[category] = self._parent_without_cycle(category)

    def current(self, category: int) -> int:
        """Return the category, or its final replacement."""
        return last_successor(category, lambda node: self._links[node][1])

    def parent(self, category: int) -> int | None:
        """Return the parent, which is never a merged category; None for a root."""
        return self._parents[self.current(category)]

    def ancestors(self, category: int) -> list[int]:
        """Return all ancestors, nearest first."""
        return list(self._walk(self.parent(category)))

    def lineage(self, category: int) -> list[int]:
        """Return the current category of a tag and its ancestors, nearest first."""
        return list(self._walk(self.current(category)))

    def dependents(self, categories: Iterable[int]) -> set[int]:
        """Return the categories whose lineage includes any of these: also descendants and merged categories."""
        sources = defaultdict(set)
        for category, targets in self._links.items():
            for target in targets:
                sources[target].add(category)
        dependents: set[int] = set()
        new = set(categories)
        while new := new - dependents:
            dependents |= new
            new = {category for target in new for category in sources[target]}
        return dependents

    def _walk(self, category: int | None) -> Iterator[int]:
        while category is not None:
            yield category
            category = self._parents.get(category)

    def _parent_without_cycle(self, category: int) -> int | None:
        stored, visited = self._links[category][0], set()
        while stored is not None and stored not in visited:
            visited.add(stored)
            candidate = self.current(stored)
            if category not in self._walk(candidate):
                return candidate
            stored = self._links[stored][0]
        return None
