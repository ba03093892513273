"""What helps where a search finds nothing: near categories, fewer filters, the whole country, people to ask.

Read only for an empty page, in at most four statements: what the words find under fewer filters, what categories
hold, near categories where the words point at none, and contacts.
"""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from organisations.models import Contact
from services.content.facets import MATCH_ALL_DIMENSIONS
from services.models import Category, Listing, SearchPhrase
from services.models.listing import has_facet
from services.search.facets import NATIONWIDE, REMOTE_CHANNELS, token
from services.search.query import parse_query

from .facets import category_query_string, value_label
from .filters import AREA_DIMENSIONS, SCHEMES, Filters

MAX_CATEGORIES, MAX_CHOSEN_CATEGORIES, MAX_ALTERNATIVES, MAX_CONTACTS = 4, 8, 5, 3
# How sure (0 to 1) a guess must be for the page to say that nothing is filed under it, though something was found.
SURENESS_THRESHOLD = 0.9


@dataclass(frozen=True)
class AlternativeSearch:
    """A search that finds something: what it is, its address, and how many services it finds."""

    label: str
    link: str
    count: int


@dataclass(frozen=True)
class EmptyResultsHelp:
    """What an empty page offers. `unfiled`: categories without services, each with its nearest ancestor with some."""

    unfiled: list[tuple[Category, AlternativeSearch | None]] = field(default_factory=list)
    categories: list[AlternativeSearch] = field(default_factory=list)
    without: list[AlternativeSearch] = field(default_factory=list)
    elsewhere: list[AlternativeSearch] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)


def empty_results_help(filters: Filters, today, user) -> EmptyResultsHelp:
    """What to offer for a search that found nothing; `user` decides which contacts are shown."""
    listings = Listing.objects.on_offer(today)
    found = listings.matching(filters.plan, today) if filters.searched else listings
    offered = {
        "fewer": _without_one_filter(filters),
        "bare": _words_only(filters),
        "wider": _nationwide_alternatives(filters),
    }
    counts = found.counts({name: [condition for *_way, condition in group] for name, group in offered.items()})
    ways = {name: _nonempty_alternatives(group, counts[name]) for name, group in offered.items()}
    meant = [category for category, _sureness in guessed_categories(filters)] + _chosen_categories(filters)
    near = _nearest_categories(filters)
    of_categories = _CategoryCounts(filters, listings, [*meant, *near])
    empty = [category for category in dict.fromkeys(meant) if not of_categories.anywhere(category)]
    # What keeps the need comes before what gives it up.
    without = sorted(ways["fewer"], key=lambda way: -way.count)[:MAX_ALTERNATIVES]
    if filters.searched and _filter_conditions(filters):
        without += _nonempty_alternatives([(*_query_without_words(filters), Q())], [of_categories.without_words])
    return EmptyResultsHelp(
        unfiled=[(category, of_categories.nearest_ancestor(category)) for category in empty],
        categories=[way for way in map(of_categories.way, near) if way],
        without=without + ways["bare"],
        elsewhere=ways["wider"],
        contacts=_county_contacts(filters, user),
    )


def empty_categories(filters: Filters, counts: dict[str, int], today) -> list[Category]:
    """Categories that the words surely mean and that no published service is filed under.

    One statement where none of the services found is filed under one of them, else none.
    """
    sure = [category for category, sureness in guessed_categories(filters) if sureness >= SURENESS_THRESHOLD]
    doubtful = [category for category in sure if not counts.get(_category_token(category))]
    if not doubtful:
        return []
    filed = Listing.objects.on_offer(today).counts({"of": [_has_category(category) for category in doubtful]})["of"]
    return [category for category, count in zip(doubtful, filed, strict=True) if not count]


def guessed_categories(filters: Filters) -> list[tuple[Category, float]]:
    """The categories that the words point at, surest first, and how surely."""
    by_id = {category.pk: category for category in filters.known.categories.values()}
    return [(by_id[g.category], g.confidence) for g in filters.plan.categories if g.category in by_id]


# Fewer filters


def _filter_conditions(filters: Filters) -> dict[str, Q]:
    """All filters in force but the text, by name."""
    found = filters.selections()
    if filters.age is not None:
        found["age"] = Q(age_min__lte=filters.age, age_max__gte=filters.age)
    return found


def _without_one_filter(filters: Filters) -> list[tuple[str, str, Q]]:
    """(label, address, condition) of the search without each filter in turn."""
    conditions = _filter_conditions(filters)
    found = []
    for name in conditions:
        rest = Q(*(q for other, q in conditions.items() if other != name))
        found.append((*_query_without_filter(filters, name), rest))
    if filters.local and filters.area_token:
        others = [q for other, q in conditions.items() if other != "area"]
        both = Q(*others, facets__overlap=[filters.area_token, NATIONWIDE])
        found.append((_("nationwide services too"), filters.query_string(local=False), both))
    return found


def _words_only(filters: Filters) -> list[tuple[str, str, Q]]:
    """The words alone, where more than one filter is in force."""
    if len(_filter_conditions(filters)) < 2 or not filters.searched:
        return []
    return [(_("without any filters"), filters.everywhere(chosen={}, age=None, local=False), Q())]


def _query_without_filter(filters: Filters, name: str) -> tuple[str, str]:
    if name == "area":
        chosen = {dimension: values for dimension, values in filters.chosen.items() if dimension not in AREA_DIMENSIONS}
        return _("in all of Finland"), filters.everywhere(chosen=chosen, local=False)
    if name == "age":
        return _("whatever the age"), filters.query_string(age=None)
    values = ", ".join(value_label(filters, name, value) for value in filters.chosen[name])
    return _("without the filter “%(filter)s”") % {"filter": values}, filters.without(name)


def _query_without_words(filters: Filters) -> tuple[str, str]:
    label = _("without the words “%(text)s”") % {"text": filters.searched}
    return label, filters.query_string(text="", chosen=filters.settled)


def _nationwide_alternatives(filters: Filters) -> list[tuple[str, str, Q]]:
    """The same need answered for the whole country, and of that what needs no travelling."""
    themes = {name: values for name, values in filters.chosen.items() if name in SCHEMES}
    if not (filters.searched or themes):
        return []
    need = Q(*(has_facet(name, list(values), every=name in MATCH_ALL_DIMENSIONS) for name, values in themes.items()))
    if filters.age is not None:
        need &= Q(age_min__lte=filters.age, age_max__gte=filters.age)
    nationwide = {**themes, "nationwide": ("yes",)}
    remote = sorted(REMOTE_CHANNELS)
    return [
        (
            _("services that work nationwide"),
            filters.everywhere(chosen=nationwide, local=False),
            need & Q(facets__contains=[NATIONWIDE]),
        ),
        (
            _("nationwide by phone, chat or online"),
            filters.everywhere(chosen={**nationwide, "channel": tuple(remote)}, local=False),
            need & Q(facets__contains=[NATIONWIDE]) & has_facet("channel", remote),
        ),
    ]


def _nonempty_alternatives(offered: list[tuple[str, str, Q]], counts: list[int]) -> list[AlternativeSearch]:
    return [
        AlternativeSearch(label, link, count) for (label, link, _q), count in zip(offered, counts, strict=True) if count
    ]


# Categories


def _chosen_categories(filters: Filters) -> list[Category]:
    codes = [code for scheme in SCHEMES for code in filters.chosen.get(scheme, ())]
    return [filters.known.categories[code] for code in codes[:MAX_CHOSEN_CATEGORIES]]


def _nearest_categories(filters: Filters) -> list[Category]:
    """The categories that the words point at, or else those that they say half a phrase for."""
    found = [category for category, _sureness in guessed_categories(filters)]
    if not found and filters.searched:
        by_id = {category.pk: category for category in filters.known.categories.values()}
        query = parse_query(filters.searched, filters.language)
        nearest = SearchPhrase.objects.nearest_categories(query, MAX_CATEGORIES)
        found = [by_id[pk] for pk in nearest if pk in by_id]
    # A theme and a target group may have the same name.
    unlike: dict[str, Category] = {}
    for category in found:
        unlike.setdefault(category.name, category)
    return list(unlike.values())[:MAX_CATEGORIES]


class _CategoryCounts:
    """How many services some categories and those above them have, in the area and anywhere; one statement."""

    def __init__(self, filters: Filters, listings, categories: list[Category]):
        self.filters = filters
        self.above = {category.pk: filters.known.above(category) for category in categories}
        wanted = list(dict.fromkeys([*categories, *(one for above in self.above.values() for one in above)]))
        area = filters.bare.selections().get("area", Q())
        counted = listings.counts(
            {
                "here": [area & _has_category(category) for category in wanted],
                "anywhere": [_has_category(category) for category in wanted],
                "without_words": [Q(*_filter_conditions(filters).values())],
            }
        )
        self._area_counts = dict(zip(wanted, counted["here"], strict=True))
        self._total_counts = dict(zip(wanted, counted["anywhere"], strict=True))
        self.without_words = counted["without_words"][0]

    def anywhere(self, category: Category) -> int:
        return self._total_counts[category]

    def way(self, category: Category) -> AlternativeSearch | None:
        """To the category in the area of the search, or in the whole country where the area has none of it."""
        bare = self.filters.bare
        if self._area_counts[category]:
            return AlternativeSearch(category.name, category_query_string(bare, category), self._area_counts[category])
        if self._total_counts[category]:
            label = _("%(category)s, all of Finland") % {"category": category.name}
            return AlternativeSearch(label, f"?category={category.code}", self._total_counts[category])
        return None

    def nearest_ancestor(self, category: Category) -> AlternativeSearch | None:
        return next((way for way in map(self.way, self.above[category.pk]) if way), None)


def _category_token(category: Category) -> str:
    return token(category.scheme, category.code)


def _has_category(category: Category) -> Q:
    return Q(facets__contains=[_category_token(category)])


# People


def _county_contacts(filters: Filters, user) -> list[Contact]:
    """Whom to ask at the county: its contacts for referrals, then those for general matters."""
    if not filters.area:
        return []
    dimension, code = filters.area
    municipality = filters.known.municipalities[code] if dimension == "municipality" else None
    found = (
        Contact.objects.of_published_organisations()
        .visible_to(user)
        .of_counties()
        .for_any_purpose(["referrals", "general"])
        .covering(municipality.county_id if municipality else code, municipality)
        .select_related("organisation")
    )
    return sorted(found, key=lambda c: ("referrals" not in c.purposes, c.order, c.pk))[:MAX_CONTACTS]
