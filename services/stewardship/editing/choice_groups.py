"""What is ticked in long lists, put into groups that can be opened and closed."""

from collections import defaultdict
from dataclasses import dataclass, field

from organisations.core.collation import alphabetical
from organisations.models import Municipality, WellbeingCounty
from services.models import Category, Scheme


@dataclass
class Option:
    """A box to tick."""

    name: str
    value: str
    record: object
    checked: bool
    depth: int = 0


@dataclass
class Group:
    label: object
    options: list[Option] = field(default_factory=list)

    @property
    def checked(self) -> int:
        return sum(option.checked for option in self.options)


def category_groups(chosen: set[str]) -> list[Group]:
    """All categories in use: a group for each theme and for each other scheme. One query."""
    below: dict[int | None, list[Category]] = defaultdict(list)
    for category in Category.objects.in_use().order_by("order", "pk"):
        below[category.parent_id].append(category)
    groups = []
    for scheme in Scheme:
        top = [category for category in below[None] if category.scheme == scheme]
        if scheme == Scheme.THEME:
            groups += [Group(one, list(_options([one], below, chosen))) for one in top]
        elif top:
            groups.append(Group(scheme.label, list(_options(top, below, chosen))))
    return groups


def _options(categories: list[Category], below, chosen: set[str], depth: int = 0):
    for category in categories:
        yield Option("categories", str(category.pk), category, str(category.pk) in chosen, depth)
        yield from _options(below[category.pk], below, chosen, depth + 1)


def area_groups(counties: set[str], municipalities: set[str]) -> list[Group]:
    """All counties, each with its municipalities. Two queries."""
    groups = municipality_groups(municipalities)
    for group in groups:
        group.options.insert(0, Option("counties", group.label.pk, group.label, group.label.pk in counties))
    return groups


def municipality_groups(municipalities: set[str]) -> list[Group]:
    """All municipalities by county. Two queries."""
    places = defaultdict(list)
    for municipality in Municipality.objects.order_by(alphabetical("name")):
        places[municipality.county_id].append(municipality)
    return [
        Group(
            county,
            [Option("municipalities", place.pk, place, place.pk in municipalities, 1) for place in places[county.pk]],
        )
        for county in WellbeingCounty.objects.order_by(alphabetical("name"))
    ]
