"""Reads of the taxonomy."""

from tree_queries.query import TreeQuerySet


class CategoryQuerySet(TreeQuerySet):
    def in_use(self):
        """Categories that were not merged into others."""
        return self.filter(replaced_by__isnull=True)
