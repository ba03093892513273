"""The filter panel, the chips of active filters and suggested categories, in the active language."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from organisations.core.collation import alphabetical_key
from services.content.facets import CHOICE_LABELS, PANEL_FACETS
from services.models import Category
from services.search.facets import token

from .filters import FLAG_LABELS, Filters


@dataclass
class FacetOption:
    """A checkbox with the number of its results."""

    name: str
    value: str
    label: str
    count: int
    checked: bool
    children: list["FacetOption"] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether the option or a descendant is checked, so that its children are shown."""
        return self.checked or any(child.is_open for child in self.children)


@dataclass
class FacetGroup:
    """The options of a dimension."""

    dimension: str
    label: str
    options: list[FacetOption]
    initially_open: bool

    @property
    def is_open(self) -> bool:
        return self.initially_open or any(option.is_open for option in self.options)

    @property
    def checked_count(self) -> int:
        return sum(option.checked + sum(child.checked for child in option.children) for option in self.options)


@dataclass
class FilterChip:
    """An active filter, and the query string without it."""

    label: str
    remove_url: str


@dataclass
class CategorySuggestion:
    """A category that the text was also searched by, the words that matched it, and the search for it alone."""

    label: str
    phrase: str
    link: str


def facet_groups(filters: Filters, counts: dict[str, int]) -> list[FacetGroup]:
    """The groups of the filter panel. Options without results are omitted unless they are checked."""
    groups = []
    for facet in PANEL_FACETS:
        dimension = str(facet.dimension)
        build_options = _category_options if facet.is_category_scheme else _fixed_choice_options
        if options := build_options(filters, dimension, counts):
            groups.append(FacetGroup(dimension, str(facet.label), options, facet.initially_open))
    return groups


def flag_options(filters: Filters, counts: dict[str, int]) -> list[FacetOption]:
    options = [
        FacetOption(name, "1", str(label), counts.get(token(name, "yes"), 0), name in filters.values)
        for name, label in FLAG_LABELS.items()
    ]
    return [option for option in options if option.name != "nationwide" or option.count or option.checked]


def sector_links(filters: Filters, counts: dict[str, int]) -> list[tuple[str, str, int, str]]:
    """(sector, label, count, query string with this sector only) of each sector with results."""
    return [
        (value, str(label), counts[token("sector", value)], filters.query_string_with_only("sector", value))
        for value, label in CHOICE_LABELS["sector"].items()
        if counts.get(token("sector", value))
    ]


def filter_chips(filters: Filters) -> list[FilterChip]:
    chips = []
    if filters.search_text:
        without_text = filters.query_string(text="", values=filters.values_with_query_area)
        chips.append(FilterChip(_("“%(text)s”") % {"text": filters.search_text}, without_text))
    if filters.applied_query_area:
        label = _("%(place)s, from your search") % {"place": query_area_name(filters)}
        chips.append(FilterChip(label, filters.query_string(query_area_off=True)))
    chips += [
        FilterChip(value_label(filters, dimension, value), filters.query_string_without(dimension, value))
        for dimension, values in filters.values.items()
        for value in values
    ]
    if filters.age is not None:
        chips.append(FilterChip(_("age %(age)s") % {"age": filters.age}, filters.query_string(age=None)))
    if filters.local and filters.area_token:
        chips.append(FilterChip(_("only in this area"), filters.query_string(local=False)))
    return chips


def query_area_name(filters: Filters) -> str:
    """The name of the area named in the text, in the active language; empty without one."""
    return value_label(filters, *filters.query_area.area) if filters.query_area else ""


def area_name(filters: Filters) -> str:
    """The name of the area of the search, selected or named in the text; empty without one."""
    return value_label(filters, *filters.area) if filters.area else ""


def category_suggestions(filters: Filters) -> list[CategorySuggestion]:
    """Categories that the text matches and that are not selected, as searches of their own."""
    by_id = filters.reference_data.categories_by_id()
    suggestions: dict[str, CategorySuggestion] = {}
    for guess in filters.plan.categories:
        category = by_id.get(guess.category)
        # Categories of different schemes may share a name: the most confident one is enough.
        if category is None or category.name in suggestions or category.code in filters.values.get(category.scheme, ()):
            continue
        phrase = "" if _is_redundant_phrase(filters, category, guess.phrase) else guess.phrase
        link = category_query_string(filters, category)
        suggestions[category.name] = CategorySuggestion(category.name, phrase, link)
    return list(suggestions.values())


def category_query_string(filters: Filters, category: Category) -> str:
    """The query string with a category instead of the text, and otherwise the same area and filters."""
    return filters.query_string(text="", values={**filters.values_with_query_area, category.scheme: (category.code,)})


def _is_redundant_phrase(filters: Filters, category: Category, phrase: str) -> bool:
    """Whether the phrase that matched a category is its name or the text itself."""
    names = (filters.search_text, category.name_fi, category.name_sv, category.name_en)
    return phrase.casefold() in {name.casefold() for name in names if name}


def value_label(filters: Filters, dimension: str, value: str) -> str:
    if dimension in FLAG_LABELS:
        return str(FLAG_LABELS[dimension])
    if dimension in CHOICE_LABELS:
        return str(CHOICE_LABELS[dimension][value])
    if dimension == "municipality":
        return filters.reference_data.municipalities[value].name
    if dimension == "county":
        return filters.reference_data.counties[value].name
    return filters.reference_data.categories[value].name


def _fixed_choice_options(filters: Filters, dimension: str, counts: dict[str, int]) -> list[FacetOption]:
    selected = filters.values.get(dimension, ())
    options = [
        FacetOption(dimension, value, str(label), counts.get(token(dimension, value), 0), value in selected)
        for value, label in CHOICE_LABELS[dimension].items()
    ]
    return _nonempty_options(options)


def _category_options(filters: Filters, scheme: str, counts: dict[str, int]) -> list[FacetOption]:
    """The options of a category scheme as a tree: its top level, with descendants as children."""
    selected = filters.values.get(scheme, ())
    categories = filters.reference_data.of_scheme(scheme)
    options = {
        category.pk: FacetOption(
            "category",
            category.code,
            category.name,
            counts.get(token(scheme, category.code), 0),
            category.code in selected,
        )
        for category in categories
    }
    top_level: list[FacetOption] = []
    for category in categories:
        parent = filters.reference_data.tree.parent(category.pk)
        siblings = options[parent].children if parent in options else top_level
        siblings.append(options[category.pk])
    for option in options.values():
        option.children = sorted(_nonempty_options(option.children), key=lambda child: alphabetical_key(child.label))
    return _nonempty_options(top_level)


def _nonempty_options(options: list[FacetOption]) -> list[FacetOption]:
    return [option for option in options if option.count or option.is_open]
