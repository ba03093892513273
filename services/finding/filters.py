"""The filters of a search: which listings they match, and links that change them."""

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from services.content.facets import FLAG_FACETS, MATCH_ALL_DIMENSIONS
from services.models import Listing, Scheme, SearchTerm
from services.models.listing import FacetSearch, ListingQuerySet, has_facet
from services.search.facets import NATIONWIDE, token
from services.search.query import parse_query
from services.search.ranking import QueryPlan

from .area_recognition import QueryArea, find_query_area
from .reference_data import ReferenceData

SORT_LABELS = {"relevance": _("best match"), "name": _("name"), "freshest": _("latest confirmed")}
SCHEMES = tuple(Scheme.values)
FLAG_LABELS = {facet.dimension: facet.label for facet in FLAG_FACETS}
AREA_DIMENSIONS = ("municipality", "county")

Values = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Filters:
    """The filters of one search. `url_parameters` reads them from a URL."""

    reference_data: ReferenceData
    language: str
    text: str = ""
    # Selected values by dimension, in the order of the URL. A flag has the value "yes".
    values: Values = field(default_factory=dict)
    age: int | None = None
    # Without nationwide services.
    local: bool = False
    # Without similar words and categories.
    exact: bool = False
    # Search for the name of an area in the text as a word.
    query_area_off: bool = False
    sort: str = ""
    page: int = 1
    # Values of the URL that are unknown.
    ignored: tuple[str, ...] = ()
    # Names of further areas in the URL: a search has one area.
    other_areas: tuple[str, ...] = ()
    # Whether the text was removed because of a personal identity code.
    has_identity_code: bool = False

    # Text and area

    @cached_property
    def query_area(self) -> QueryArea | None:
        """The area named in the text, whether it applies or not."""
        if not self.text:
            return None
        return find_query_area(self.text, self.reference_data.municipalities, self.reference_data.counties)

    @cached_property
    def applied_query_area(self) -> QueryArea | None:
        """The area named in the text if it is the area of the search: not switched off, and no other is selected."""
        return None if self.query_area_off or self._selected_area else self.query_area

    @cached_property
    def area(self) -> tuple[str, str] | None:
        """(dimension, code) of the area of the search, selected or named in the text."""
        if self._selected_area:
            return self._selected_area
        return self.applied_query_area.area if self.applied_query_area else None

    @property
    def area_token(self) -> str:
        return token(*self.area) if self.area else ""

    @property
    def municipality(self) -> str | None:
        """The code of the selected municipality."""
        return next(iter(self.values.get("municipality", ())), None)

    @property
    def _selected_area(self) -> tuple[str, str] | None:
        return next(((name, self.values[name][0]) for name in AREA_DIMENSIONS if name in self.values), None)

    @cached_property
    def search_text(self) -> str:
        """The text without the name of the area of the search."""
        query_area = self.query_area
        if query_area is None or self.query_area_off or query_area.area != self.area:
            return self.text
        text = query_area.text_without_area
        return text if parse_query(text, self.language) else ""

    @cached_property
    def plan(self) -> QueryPlan:
        """The text resolved against the index."""
        if not self.search_text:
            return QueryPlan()
        return SearchTerm.objects.plan(parse_query(self.search_text, self.language, exact=self.exact))

    @property
    def sort_order(self) -> str:
        """The order of the results: the selected one, but relevance only with a text."""
        if self.sort and (self.sort != "relevance" or self.search_text):
            return self.sort
        return "relevance" if self.search_text else "freshest"

    # Listings

    def unfaceted_listings(self, today: dt.date) -> ListingQuerySet:
        """The listings by text, age and dates, without facets."""
        listings = Listing.objects.on_offer(today)
        if self.search_text:
            listings = listings.matching(self.plan, today)
        if self.age is not None:
            listings = listings.for_age(self.age)
        return listings

    def selections(self) -> dict[str, Q]:
        """Facet conditions by dimension. Municipality and county are one dimension, "area"."""
        selections = {
            dimension: has_facet(dimension, list(values), every=dimension in MATCH_ALL_DIMENSIONS)
            for dimension, values in self.values.items()
            if dimension not in AREA_DIMENSIONS
        }
        if self.area_token:
            tokens = [self.area_token] if self.local else [self.area_token, NATIONWIDE]
            selections["area"] = Q(facets__overlap=tokens)
        return selections

    def matching_listings(self, today: dt.date) -> ListingQuerySet:
        """The listings that match all filters, unordered."""
        return self.unfaceted_listings(today).filter(*self.selections().values())

    def ordered_listings(self, today: dt.date) -> ListingQuerySet:
        """The matching listings by name or by freshness. For relevance use `facet_search` with `ranked_page`."""
        listings = self.matching_listings(today)
        return listings.alphabetical() if self.sort_order == "name" else listings.freshest()

    def facet_search(self, today: dt.date) -> FacetSearch:
        """The search for facet counts and ranking."""
        plan = self.plan if self.search_text else None
        return FacetSearch(self.selections(), today, self.age, plan, MATCH_ALL_DIMENSIONS)

    # Links

    def query_string(self, **changes: Any) -> str:
        """The query string of this search with some fields changed. It leads to the first page."""
        changed = replace(self, **{"page": 1, **changes})
        pairs = [("q", changed.text)]
        for dimension, values in changed.values.items():
            name = "category" if dimension in SCHEMES else dimension
            pairs += [(name, "1" if dimension in FLAG_LABELS else value) for value in values]
        pairs += [
            ("age", "" if changed.age is None else str(changed.age)),
            ("local", "1" if changed.local else ""),
            ("exact", "1" if changed.exact and changed.text else ""),
            ("place", "off" if changed.query_area_off and changed.text else ""),
            ("sort", changed.sort),
            ("page", str(changed.page) if changed.page > 1 else ""),
        ]
        return "?" + urlencode([(name, value) for name, value in pairs if value])

    def query_string_without(self, dimension: str, value: str | None = None) -> str:
        """The query string without one value of a dimension, or without the dimension."""
        remaining = tuple(v for v in self.values.get(dimension, ()) if value is not None and v != value)
        values = {**self.values, dimension: remaining}
        return self.query_string(values={name: selected for name, selected in values.items() if selected})

    def query_string_without_area(self, **changes: Any) -> str:
        """The query string with the same words and without an area, also not one named in the text."""
        names_another_area = self.query_area is not None and self.search_text == self.text
        return self.query_string(**{"text": self.search_text, "query_area_off": names_another_area, **changes})

    def query_string_with_only(self, dimension: str, value: str) -> str:
        return self.query_string(values={**self.values, dimension: (value,)})

    @property
    def values_with_query_area(self) -> Values:
        """The values, with the applied area of the text as if it were selected, for links without the text."""
        query_area = self.applied_query_area
        return {**self.values, query_area.dimension: (query_area.code,)} if query_area else self.values

    @property
    def area_only(self) -> "Filters":
        """Filters with the area of this search and nothing else."""
        values: Values = {self.area[0]: (self.area[1],)} if self.area else {}
        return Filters(self.reference_data, self.language, values=values)
