"""The taxonomy after mergers, for random trees: as if tags and children had been moved one by one."""

import random

import pytest

from services.models import Category
from services.models.category_tree import CategoryTree
from tests import cast


class MovedByHand:
    """A tree whose mergers are carried out one by one: children and tags are moved, and the category is deleted."""

    def __init__(self, chance, size):
        self.chance = chance
        self.links = {n: (chance.choice([None, *range(1, n)]), None) for n in range(1, size + 1)}
        self.parents = {n: parent for n, (parent, _replaced_by) in self.links.items()}
        self.tags = {n: n for n in self.links}

    def above(self, category):
        """Return the ancestors, including the category itself."""
        return [] if category is None else [category, *self.above(self.parents[category])]

    def merge(self):
        source = self.chance.choice(list(self.parents))
        targets = [category for category in self.parents if source not in self.above(category)]
        if not targets:
            return
        target = self.chance.choice(targets)
        self.links[source] = (self.links[source][0], target)
        del self.parents[source]
        self.parents = {n: target if parent == source else parent for n, parent in self.parents.items()}
        self.tags = {tag: target if meant == source else meant for tag, meant in self.tags.items()}

    def lineages(self):
        return {tag: self.above(meant) for tag, meant in self.tags.items()}


def taxonomy(seed, size, mergers):
    moved = MovedByHand(random.Random(seed), size)
    for _merger in range(mergers):
        moved.merge()
    return moved


@pytest.mark.parametrize("size", [4, 12, 40])
def test_a_tag_means_what_moving_by_hand_would_result_in(size):
    for seed in range(150):
        moved = taxonomy(seed, size, size // 2)
        tree = CategoryTree(moved.links)
        assert {tag: tree.lineage(tag) for tag in moved.links} == moved.lineages(), seed


def test_cycles_end_and_every_category_has_a_root():
    """Cycles of parents, of mergers, and of both together."""
    for seed in range(300):
        chance = random.Random(seed)
        ids = range(1, 9)
        links = {n: (chance.choice([None, *ids]), chance.choice([None, None, *ids])) for n in ids}
        tree = CategoryTree(links)
        for category in ids:
            lineage = tree.lineage(category)
            assert lineage[0] == tree.current(category)
            assert len(lineage) == len(set(lineage)) > 0
            # A category reads the same from wherever below one comes.
            assert all(tree.lineage(above) == lineage[place:] for place, above in enumerate(lineage))


def test_a_category_merged_into_its_descendant_is_replaced_by_it():
    family, separation, divorce, other = range(1, 5)
    links = {
        family: (None, None),
        separation: (family, divorce),
        divorce: (separation, None),
        other: (separation, None),
    }
    tree = CategoryTree(links)
    assert tree.lineage(divorce) == [divorce, family]
    assert tree.lineage(other) == [other, divorce, family]


def test_dependents_are_all_categories_with_the_category_in_their_lineage():
    for seed in range(100):
        chance = random.Random(seed)
        moved = taxonomy(seed, 12, 6)
        changed = chance.choice(list(moved.links))
        before = CategoryTree(moved.links)
        links = moved.links | {changed: (chance.choice([None, *moved.links]), chance.choice([None, *moved.links]))}
        after = CategoryTree(links)
        touched = {n for n in links if before.lineage(n) != after.lineage(n)}
        assert touched <= after.dependents([changed]), seed


@pytest.mark.parametrize("seed", [3, 8])
def test_services_are_found_under_every_ancestor_of_their_tags(seed, kivivuori, find):
    moved = taxonomy(seed, 14, 6)
    records = {n: cast.category(f"Aihe {n}", code=f"c{n}") for n in moved.links}
    for n, (parent, replaced_by) in moved.links.items():
        Category.objects.filter(pk=records[n].pk).update(
            parent=records.get(parent), replaced_by=records.get(replaced_by)
        )
    for n, record in records.items():
        cast.service(f"Palvelu {n:02d}", kivivuori, tags=[record], indexed=False)
    cast.index_for_search()
    for n, meant in moved.tags.items():
        expected = [f"Palvelu {tag:02d}" for tag, above in moved.lineages().items() if meant in above]
        assert find(category=f"c{n}", sort="name").names == expected
