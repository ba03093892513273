"""Suggestions for a search without results: similar categories, fewer filters, nationwide services, contacts.

Computed only for an empty page, in at most four queries: results with fewer filters, counts of categories, similar
categories if the words match none, and contacts.
"""

import datetime as dt
from dataclasses import dataclass, field
from itertools import chain

from django.db.models import Q
from django.utils.translation import gettext as _

from organisations.models import Contact
from organisations.permissions import AnyUser
from services.content.facets import MATCH_ALL_DIMENSIONS
from services.models import Category, Listing, SearchPhrase
from services.models.listing import ListingQuerySet, has_facet
from services.search.facets import NATIONWIDE, REMOTE_CHANNELS, token
from services.search.query import parse_query

from .facets import category_query_string, value_label
from .filters import AREA_DIMENSIONS, SCHEMES, Filters

MAX_CATEGORIES, MAX_SELECTED_CATEGORIES, MAX_ALTERNATIVES, MAX_CONTACTS = 4, 8, 5, 3
# Minimum confidence (0 to 1) for stating on a page with results that a guessed category has no services.
CONFIDENCE_THRESHOLD = 0.9


@dataclass(frozen=True)
class AlternativeSearch:
    """A search with results: its label, link and number of services."""

    label: str
    link: str
    count: int


@dataclass(frozen=True)
class EmptyResultsHelp:
    """Suggestions for an empty page."""

    # Categories without services, each with its nearest ancestor that has some.
    empty_categories: list[tuple[Category, AlternativeSearch | None]] = field(default_factory=list)
    categories: list[AlternativeSearch] = field(default_factory=list)
    fewer_filters: list[AlternativeSearch] = field(default_factory=list)
    nationwide: list[AlternativeSearch] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)


def empty_results_help(filters: Filters, today: dt.date, user: AnyUser) -> EmptyResultsHelp:
    """Suggestions for a search without results; `user` determines which contacts are visible."""
    listings = Listing.objects.on_offer(today)
    matches = listings.matching(filters.plan, today) if filters.search_text else listings
    candidates = {
        "one_filter_less": _without_one_filter(filters),
        "words_only": _words_only(filters),
        "nationwide": _nationwide_alternatives(filters),
    }
    counts = matches.counts({name: [condition for *_link, condition in group] for name, group in candidates.items()})
    alternatives = {name: _nonempty_alternatives(group, counts[name]) for name, group in candidates.items()}
    matched = [category for category, _confidence in guessed_categories(filters)] + _selected_categories(filters)
    similar = _nearest_categories(filters)
    category_counts = _CategoryCounts(filters, listings, [*matched, *similar])
    # Searches that keep the words come before the one without them.
    fewer_filters = sorted(alternatives["one_filter_less"], key=lambda search: -search.count)[:MAX_ALTERNATIVES]
    if filters.search_text and _filter_conditions(filters):
        without_words = (*_query_without_words(filters), Q())
        fewer_filters += _nonempty_alternatives([without_words], [category_counts.without_words])
    return EmptyResultsHelp(
        empty_categories=[
            (category, category_counts.nearest_ancestor(category))
            for category in dict.fromkeys(matched)
            if not category_counts.total_count(category)
        ],
        categories=[search for search in map(category_counts.alternative, similar) if search],
        fewer_filters=fewer_filters + alternatives["words_only"],
        nationwide=alternatives["nationwide"],
        contacts=_county_contacts(filters, user),
    )


def empty_categories(filters: Filters, counts: dict[str, int], today: dt.date) -> list[Category]:
    """Categories that the words mean with high confidence and that have no published services.

    One query if a category has no services among the results, else none.
    """
    guesses = guessed_categories(filters)
    confident = [category for category, confidence in guesses if confidence >= CONFIDENCE_THRESHOLD]
    candidates = [category for category in confident if not counts.get(_category_token(category))]
    if not candidates:
        return []
    counts_in_total = Listing.objects.on_offer(today).counts(
        {"of": [_has_category(category) for category in candidates]}
    )["of"]
    return [category for category, count in zip(candidates, counts_in_total, strict=True) if not count]


def guessed_categories(filters: Filters) -> list[tuple[Category, float]]:
    """The categories that the words match, with confidence from 0 to 1, highest first."""
    by_id = filters.reference_data.categories_by_id()
    return [(by_id[g.category], g.confidence) for g in filters.plan.categories if g.category in by_id]


# Fewer filters


def _filter_conditions(filters: Filters) -> dict[str, Q]:
    """Conditions of all active filters except the text, by name."""
    conditions = filters.selections()
    if filters.age is not None:
        conditions["age"] = Q(age_min__lte=filters.age, age_max__gte=filters.age)
    return conditions


def _without_one_filter(filters: Filters) -> list[tuple[str, str, Q]]:
    """(label, query string, condition) of the search without each filter in turn."""
    conditions = _filter_conditions(filters)
    searches = []
    for name in conditions:
        rest = Q(*(q for other, q in conditions.items() if other != name))
        searches.append((*_query_without_filter(filters, name), rest))
    if filters.local and filters.area_token:
        others = [q for other, q in conditions.items() if other != "area"]
        condition = Q(*others, facets__overlap=[filters.area_token, NATIONWIDE])
        searches.append((_("nationwide services too"), filters.query_string(local=False), condition))
    return searches


def _words_only(filters: Filters) -> list[tuple[str, str, Q]]:
    """The search without filters, if more than one is active."""
    if len(_filter_conditions(filters)) < 2 or not filters.search_text:
        return []
    return [(_("without any filters"), filters.query_string_without_area(values={}, age=None, local=False), Q())]


def _query_without_filter(filters: Filters, name: str) -> tuple[str, str]:
    if name == "area":
        others = {dimension: values for dimension, values in filters.values.items() if dimension not in AREA_DIMENSIONS}
        return _("in all of Finland"), filters.query_string_without_area(values=others, local=False)
    if name == "age":
        return _("whatever the age"), filters.query_string(age=None)
    values = ", ".join(value_label(filters, name, value) for value in filters.values[name])
    return _("without the filter “%(filter)s”") % {"filter": values}, filters.query_string_without(name)


def _query_without_words(filters: Filters) -> tuple[str, str]:
    label = _("without the words “%(text)s”") % {"text": filters.search_text}
    return label, filters.query_string(text="", values=filters.values_with_query_area)


def _nationwide_alternatives(filters: Filters) -> list[tuple[str, str, Q]]:
    """The same search among nationwide services, and among those available remotely."""
    categories = {name: values for name, values in filters.values.items() if name in SCHEMES}
    if not (filters.search_text or categories):
        return []
    need = Q(*(has_facet(name, list(codes), every=name in MATCH_ALL_DIMENSIONS) for name, codes in categories.items()))
    if filters.age is not None:
        need &= Q(age_min__lte=filters.age, age_max__gte=filters.age)
    nationwide = {**categories, "nationwide": ("yes",)}
    remote = sorted(REMOTE_CHANNELS)
    return [
        (
            _("services that work nationwide"),
            filters.query_string_without_area(values=nationwide, local=False),
            need & Q(facets__contains=[NATIONWIDE]),
        ),
        (
            _("nationwide by phone, chat or online"),
            filters.query_string_without_area(values={**nationwide, "channel": tuple(remote)}, local=False),
            need & Q(facets__contains=[NATIONWIDE]) & has_facet("channel", remote),
        ),
    ]


def _nonempty_alternatives(candidates: list[tuple[str, str, Q]], counts: list[int]) -> list[AlternativeSearch]:
    return [
        AlternativeSearch(label, link, count)
        for (label, link, _q), count in zip(candidates, counts, strict=True)
        if count
    ]


# Categories


def _selected_categories(filters: Filters) -> list[Category]:
    codes = [code for scheme in SCHEMES for code in filters.values.get(scheme, ())]
    return [filters.reference_data.categories[code] for code in codes[:MAX_SELECTED_CATEGORIES]]


def _nearest_categories(filters: Filters) -> list[Category]:
    """The categories that the words match, or else those with the most similar search phrases."""
    categories = [category for category, _confidence in guessed_categories(filters)]
    if not categories and filters.search_text:
        by_id = filters.reference_data.categories_by_id()
        query = parse_query(filters.search_text, filters.language)
        nearest = SearchPhrase.objects.nearest_categories(query, MAX_CATEGORIES)
        categories = [by_id[pk] for pk in nearest if pk in by_id]
    # Categories of different schemes may share a name: keep one of them.
    by_name: dict[str, Category] = {}
    for category in categories:
        by_name.setdefault(category.name, category)
    return list(by_name.values())[:MAX_CATEGORIES]


class _CategoryCounts:
    """Numbers of services by category, for categories and their ancestors, in the area and in total; one query."""

    def __init__(self, filters: Filters, listings: ListingQuerySet, categories: list[Category]):
        self._area_only = filters.area_only
        self._ancestors = {category: filters.reference_data.ancestors(category) for category in categories}
        lineages = ((category, *ancestors) for category, ancestors in self._ancestors.items())
        counted_categories = list(dict.fromkeys(chain.from_iterable(lineages)))
        area = self._area_only.selections().get("area", Q())
        counts = listings.counts(
            {
                "area": [area & _has_category(category) for category in counted_categories],
                "total": [_has_category(category) for category in counted_categories],
                "without_words": [Q(*_filter_conditions(filters).values())],
            }
        )
        self._area_counts = dict(zip(counted_categories, counts["area"], strict=True))
        self._total_counts = dict(zip(counted_categories, counts["total"], strict=True))
        self.without_words = counts["without_words"][0]

    def total_count(self, category: Category) -> int:
        return self._total_counts[category]

    def alternative(self, category: Category) -> AlternativeSearch | None:
        """A search for the category in the area, or in all of Finland if the area has none; None without services."""
        area_count, total_count = self._area_counts[category], self._total_counts[category]
        if area_count:
            return AlternativeSearch(category.name, category_query_string(self._area_only, category), area_count)
        if total_count:
            label = _("%(category)s, all of Finland") % {"category": category.name}
            return AlternativeSearch(label, f"?category={category.code}", total_count)
        return None

    def nearest_ancestor(self, category: Category) -> AlternativeSearch | None:
        """A search for the nearest ancestor that has services."""
        return next(filter(None, map(self.alternative, self._ancestors[category])), None)


def _category_token(category: Category) -> str:
    return token(category.scheme, category.code)


def _has_category(category: Category) -> Q:
    return Q(facets__contains=[_category_token(category)])


# Contacts


def _county_contacts(filters: Filters, user: AnyUser) -> list[Contact]:
    """The county's contacts for referrals, then its general contacts."""
    if not filters.area:
        return []
    dimension, code = filters.area
    municipality = filters.reference_data.municipalities[code] if dimension == "municipality" else None
    contacts = (
        Contact.objects.of_published_organisations()
        .visible_to(user)
        .of_counties()
        .for_any_purpose(["referrals", "general"])
        .covering(municipality.county_id if municipality else code, municipality)
        .select_related("organisation")
    )
    ordered = sorted(contacts, key=lambda contact: ("referrals" not in contact.purposes, contact.order, contact.pk))
    return ordered[:MAX_CONTACTS]
