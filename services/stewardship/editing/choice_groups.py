"""Checkboxes of long lists in collapsible groups."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from organisations.core.collation import alphabetical
from organisations.models import Municipality, WellbeingCounty
from services.models import Category, Scheme
from services.models.category_tree import CategoryTree


@dataclass
class ChoiceOption:
    """A checkbox."""

    name: str
    value: str
    record: Category | Municipality | WellbeingCounty
    checked: bool
    depth: int = 0


@dataclass
class ChoiceGroup:
    label: Any  # a text or a record
    options: list[ChoiceOption] = field(default_factory=list)

    @property
    def checked(self) -> int:
        return sum(option.checked for option in self.options)


def category_groups(chosen: set[str]) -> list[ChoiceGroup]:
    """All categories in use: a group for each theme and for each other scheme. One query."""
    categories = list(Category.objects.order_by("order", "pk"))
    below: dict[int | None, list[Category]] = defaultdict(list)
    tree = CategoryTree({category.pk: (category.parent_id, category.replaced_by_id) for category in categories})
    for category in categories:
        if category.replaced_by_id is None:
            below[tree.parent(category.pk)].append(category)
    groups = []
    for scheme in Scheme:
        top = [category for category in below[None] if category.scheme == scheme]
        if scheme == Scheme.THEME:
            groups += [ChoiceGroup(theme, list(_category_options([theme], below, chosen))) for theme in top]
        elif top:
            groups.append(ChoiceGroup(scheme.label, list(_category_options(top, below, chosen))))
    return groups


def _category_options(
    categories: list[Category], below: Mapping[int | None, list[Category]], chosen: set[str], depth: int = 0
) -> Iterator[ChoiceOption]:
    for category in categories:
        yield ChoiceOption("categories", str(category.pk), category, str(category.pk) in chosen, depth)
        yield from _category_options(below[category.pk], below, chosen, depth + 1)


def area_groups(counties: set[str], municipalities: set[str]) -> list[ChoiceGroup]:
    """All counties, each with its municipalities. Two queries."""
    groups = municipality_groups(municipalities)
    for group in groups:
        group.options.insert(0, ChoiceOption("counties", group.label.pk, group.label, group.label.pk in counties))
    return groups


def municipality_groups(municipalities: set[str]) -> list[ChoiceGroup]:
    """All municipalities by county. Two queries."""
    places: dict[str, list[Municipality]] = defaultdict(list)
    for municipality in Municipality.objects.order_by(alphabetical("name")):
        places[municipality.county_id].append(municipality)
    return [
        ChoiceGroup(
            county,
            [
                ChoiceOption("municipalities", place.pk, place, place.pk in municipalities, 1)
                for place in places[county.pk]
            ],
        )
        for county in WellbeingCounty.objects.order_by(alphabetical("name"))
    ]
