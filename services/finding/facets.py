"""The filter panel and the chips: what can be chosen, with counts, in the reader's language."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from organisations.core.collation import alphabetical_key
from services.content.facets import CHOICE_LABELS, PANEL_FACETS
from services.models import Category
from services.search.facets import token

from .filters import FLAG_LABELS, Filters


@dataclass
class FacetOption:
    """One box to tick."""

    name: str
    value: str
    label: str
    count: int
    checked: bool
    children: list["FacetOption"] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether something below is ticked, so that the branch must show."""
        return self.checked or any(child.is_open for child in self.children)


@dataclass
class FacetGroup:
    dimension: str
    label: str
    options: list[FacetOption]
    initially_open: bool

    @property
    def is_open(self) -> bool:
        return self.initially_open or any(option.is_open for option in self.options)

    @property
    def chosen(self) -> int:
        return sum(option.checked + sum(child.checked for child in option.children) for option in self.options)


@dataclass
class FilterChip:
    """One filter in force, with the link that takes it away."""

    label: str
    remove: str


@dataclass
class CategorySuggestion:
    """A category that was searched too: by which words it was understood, and the search for it alone."""

    label: str
    phrase: str
    link: str


def facet_groups(filters: Filters, counts: dict[str, int]) -> list[FacetGroup]:
    """The panel; options that would find nothing are left out unless they are ticked."""
    groups = []
    for facet in PANEL_FACETS:
        build = _category_options if facet.is_category_scheme else _fixed_choice_options
        options = build(filters, str(facet.dimension), counts)
        if options:
            groups.append(FacetGroup(str(facet.dimension), str(facet.label), options, facet.initially_open))
    return groups


def flag_options(filters: Filters, counts: dict[str, int]) -> list[FacetOption]:
    options = [
        FacetOption(name, "1", str(label), counts.get(token(name, "yes"), 0), name in filters.chosen)
        for name, label in FLAG_LABELS.items()
    ]
    return [option for option in options if option.name != "nationwide" or option.count or option.checked]


def sector_links(filters: Filters, counts: dict[str, int]) -> list[tuple[str, str, int, str]]:
    """(sector, label, count, the search in it alone) of every sector that has results."""
    return [
        (value, str(label), counts[token("sector", value)], filters.query_string_with_only("sector", value))
        for value, label in CHOICE_LABELS["sector"].items()
        if counts.get(token("sector", value))
    ]


def filter_chips(filters: Filters) -> list[FilterChip]:
    found = []
    if filters.searched:
        without_text = filters.query_string(text="", chosen=filters.settled)
        found.append(FilterChip(str(_("“%(text)s”")) % {"text": filters.searched}, without_text))
    if filters.place:
        label = str(_("%(place)s, from your search")) % {"place": place_name(filters)}
        found.append(FilterChip(label, filters.query_string(place_off=True)))
    for dimension, values in filters.chosen.items():
        for value in values:
            found.append(FilterChip(value_label(filters, dimension, value), filters.without(dimension, value)))
    if filters.age is not None:
        found.append(FilterChip(str(_("age %(age)s")) % {"age": filters.age}, filters.query_string(age=None)))
    if filters.local and filters.area_token:
        found.append(FilterChip(str(_("only in this area")), filters.query_string(local=False)))
    return found


def place_name(filters: Filters) -> str:
    """The name of the place that the text names, in the reader's language."""
    return value_label(filters, *filters.named.area) if filters.named else ""


def area_name(filters: Filters) -> str:
    """The name of the area in force, chosen or named in the text; nothing where the search is everywhere."""
    return value_label(filters, *filters.area) if filters.area else ""


def category_suggestions(filters: Filters) -> list[CategorySuggestion]:
    """Categories that the text points at and that are not chosen yet, as searches of their own."""
    by_id = {category.pk: category for category in filters.known.categories.values()}
    found = [(by_id[guess.category], guess.phrase) for guess in filters.plan.categories if guess.category in by_id]
    subjects: dict[str, CategorySuggestion] = {}
    for category, phrase in found:
        if category.code not in filters.chosen.get(category.scheme, ()):
            shown = "" if _is_redundant_phrase(filters, category, phrase) else phrase
            # A theme and a target group may have the same name: the surer one is enough to go by.
            subjects.setdefault(
                category.name, CategorySuggestion(category.name, shown, category_query_string(filters, category))
            )
    return list(subjects.values())


def category_query_string(filters: Filters, category: Category) -> str:
    """The search for a category instead of the text, in the same area and with the same filters."""
    return filters.query_string(text="", chosen={**filters.settled, category.scheme: (category.code,)})


def _is_redundant_phrase(filters: Filters, category: Category, phrase: str) -> bool:
    """Whether the words by which a category was understood are its name or just what was typed."""
    names = (filters.searched, category.name_fi, category.name_sv, category.name_en)
    return phrase.casefold() in {name.casefold() for name in names if name}


def value_label(filters: Filters, dimension: str, value: str) -> str:
    if dimension in FLAG_LABELS:
        return str(FLAG_LABELS[dimension])
    if dimension in CHOICE_LABELS:
        return str(CHOICE_LABELS[dimension][value])
    if dimension == "municipality":
        return filters.known.municipalities[value].name
    if dimension == "county":
        return filters.known.counties[value].name
    return filters.known.categories[value].name


def _fixed_choice_options(filters: Filters, dimension: str, counts: dict[str, int]) -> list[FacetOption]:
    checked = filters.chosen.get(dimension, ())
    options = [
        FacetOption(dimension, value, str(label), counts.get(token(dimension, value), 0), value in checked)
        for value, label in CHOICE_LABELS[dimension].items()
    ]
    return [option for option in options if option.count or option.checked]


def _category_options(filters: Filters, scheme: str, counts: dict[str, int]) -> list[FacetOption]:
    checked = filters.chosen.get(scheme, ())
    in_use = [c for code, c in filters.known.categories.items() if c.scheme == scheme and c.code == code]
    options = {
        category.pk: FacetOption(
            "category",
            category.code,
            category.name,
            counts.get(token(scheme, category.code), 0),
            category.code in checked,
        )
        for category in in_use
    }
    top = []
    for category in in_use:
        option = options[category.pk]
        parent = filters.known.tree.parent(category.pk)
        siblings = options[parent].children if parent in options else top
        siblings.append(option)
    for option in options.values():
        option.children = sorted(_nonempty_options(option.children), key=lambda child: alphabetical_key(child.label))
    return _nonempty_options(top)


def _nonempty_options(options: list[FacetOption]) -> list[FacetOption]:
    return [option for option in options if option.count or option.is_open]
