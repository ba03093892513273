"""The categories of a scheme as rows of a tree."""

import re
from collections import defaultdict
from dataclasses import dataclass

from services.models import Category, Synonym
from services.models.category_tree import CategoryTree
from services.search.analysis import LANGUAGES

MIN_PART_LENGTH = 4


@dataclass(frozen=True)
class TreeRow:
    """A category and how deep it is; `merged` are those that it stands for."""

    category: Category
    depth: int
    merged: list[Category]


def tree_rows(scheme: str) -> tuple[list[TreeRow], CategoryTree]:
    """Return the rows of a scheme, parents before children, and the whole tree. One statement."""
    categories = list(Category.objects.order_by("order", "pk"))
    tree = CategoryTree({category.pk: (category.parent_id, category.replaced_by_id) for category in categories})
    below: dict[int | None, list[Category]] = defaultdict(list)
    merged: dict[int, list[Category]] = defaultdict(list)
    for category in categories:
        if category.replaced_by_id is not None:
            merged[tree.current(category.pk)].append(category)
        elif category.scheme == scheme:
            below[tree.parent(category.pk)].append(category)
    rows: list[TreeRow] = []

    def add(parent: int | None, depth: int) -> None:
        for category in below[parent]:
            rows.append(TreeRow(category, depth, merged[category.pk]))
            add(category.pk, depth + 1)

    add(None, 0)
    return rows, tree


def matching_rows(rows: list[TreeRow], text: str) -> list[TreeRow]:
    """Return the rows whose names, code or words contain the text, or those of a merged category. One statement.

    A short text must begin a word, as it is a part of too many.
    """
    pattern = re.escape(text) if len(text) >= MIN_PART_LENGTH else rf"\m{re.escape(text)}"
    by_word = set(Synonym.objects.filter(text__iregex=pattern).values_list("category", flat=True))
    wanted = re.compile(pattern.replace(r"\m", r"\b"), re.IGNORECASE)

    def fits(category: Category) -> bool:
        names = [getattr(category, f"name_{language}") or "" for language in LANGUAGES]
        return category.pk in by_word or any(wanted.search(name) for name in (*names, category.code))

    return [row for row in rows if any(fits(category) for category in (row.category, *row.merged))]
