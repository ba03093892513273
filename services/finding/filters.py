"""The search as its URL says it: read leniently, turned into listings, and into links that change one thing.

Nothing in a URL is an error: what is not understood is put into `ignored`, which the page names.
"""

import unicodedata
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from organisations.core.collation import alphabetical
from organisations.models import Municipality, WellbeingCounty
from services.content.facets import CHOICE_LABELS, FLAG_FACETS, MATCH_ALL_DIMENSIONS
from services.models import Category, Listing, Scheme, SearchTerm
from services.models.category_tree import CategoryTree
from services.models.listing import FacetSearch, has_facet
from services.search.facets import NATIONWIDE, token
from services.search.personal_data import holds_identity_code
from services.search.query import MAX_LENGTH, parse_query
from services.search.ranking import QueryPlan

from .area_recognition import QueryArea, find_query_area

MAX_AGE_YEARS = 120
SORT_LABELS = {"relevance": _("best match"), "name": _("name"), "freshest": _("latest confirmed")}
SCHEMES = tuple(Scheme.values)
FLAG_LABELS = {facet.dimension: facet.label for facet in FLAG_FACETS}
AREA_DIMENSIONS = ("municipality", "county")
TRUE_VALUES = frozenset({"1", "on", "yes", "true"})


# Every write gives a row another transaction or place, so a change in any process gives another version.
_ROWS_VERSION_SQL = "(SELECT bit_xor(hashtextextended(xmin::text || ctid::text, 0)) FROM {})"
_REFERENCE_VERSION_SQL = "SELECT " + ", ".join(
    _ROWS_VERSION_SQL.format(model._meta.db_table) for model in (Category, Municipality, WellbeingCounty)
)
_reference_data: dict[tuple[str, str | None], tuple[tuple, "ReferenceData"]] = {}


@dataclass(frozen=True)
class ReferenceData:
    """What a filter may name: categories and areas. Shared by all requests of a process: read-only."""

    categories: dict[str, Category]
    municipalities: dict[str, Municipality]
    counties: dict[str, WellbeingCounty]
    tree: CategoryTree

    @classmethod
    def read(cls) -> "ReferenceData":
        """The data as it is now: kept in this process until a category or an area changes."""
        key = (connection.settings_dict["NAME"], get_language())
        with connection.cursor() as cursor:
            cursor.execute(_REFERENCE_VERSION_SQL)
            version = cursor.fetchone()
        stored = _reference_data.get(key)
        if stored is None or stored[0] != version:
            stored = _reference_data[key] = (version, cls._load())
        return stored[1]

    @classmethod
    def _load(cls) -> "ReferenceData":
        categories = list(Category.objects.order_by("order", "pk"))
        by_id = {category.pk: category for category in categories}
        tree = CategoryTree({pk: (category.parent_id, category.replaced_by_id) for pk, category in by_id.items()})
        municipalities = Municipality.objects.only("code", "name_fi", "name_sv", "name_en", "county")
        return cls(
            # An old link to a merged category leads to the one that replaced it.
            categories={category.code: by_id[tree.current(category.pk)] for category in categories},
            municipalities={m.pk: m for m in municipalities.order_by(alphabetical("name"))},
            counties={c.pk: c for c in WellbeingCounty.objects.order_by(alphabetical("name"))},
            tree=tree,
        )

    def above(self, category: Category) -> list[Category]:
        """The categories above one, the nearest first."""
        by_id = {known.pk: known for known in self.categories.values()}
        return [by_id[pk] for pk in self.tree.ancestors(category.pk)]


@dataclass(frozen=True)
class Filters:
    """One search. `chosen` holds the values of each dimension in the order of the URL."""

    known: ReferenceData
    language: str
    text: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    age: int | None = None
    local: bool = False
    exact: bool = False
    # A place in the text is a word like others.
    place_off: bool = False
    sort: str = ""
    page: int = 1
    ignored: tuple[str, ...] = ()
    # Names of the areas that are asked for beside the one in force: a search has one area.
    other_areas: tuple[str, ...] = ()
    # Whether the text held a personal identity code and was thrown away.
    personal: bool = False

    # Reading the URL

    @classmethod
    def from_query(cls, query, known: ReferenceData, language: str) -> "Filters":
        """Read a QueryDict; unknown values are left out and named in `ignored`."""
        ignored: list[str] = []
        chosen: dict[str, list[str]] = {}
        for name, choices in CHOICE_LABELS.items():
            chosen[name] = _read_choices(query, name, choices, ignored)
        for code in _read_choices(query, "category", known.categories, ignored):
            category = known.categories[code]
            chosen.setdefault(category.scheme, []).append(category.code)
        for scheme in SCHEMES:
            chosen[scheme] = _most_specific(chosen.get(scheme, []), known)
        areas = {
            (name, code): area_choices[code].name
            for name, area_choices in (("municipality", known.municipalities), ("county", known.counties))
            for code in _read_choices(query, name, area_choices, ignored)
        }
        for name, code in list(areas)[:1]:
            chosen[name] = [code]
            if name == "municipality":
                # It narrows its own county, which is not left out.
                areas.pop(("county", known.municipalities[code].county_id), None)
        for flag in FLAG_LABELS:
            chosen[flag] = ["yes"] if _read_flag(query, flag, ignored) else []
        text = " ".join(_strip_invisible(query.get("q", "")).split())
        personal = holds_identity_code(text)
        if personal:
            text = ""
        if len(text) > MAX_LENGTH:
            ignored.append(str(_("the end of the search text")))
        return cls(
            known=known,
            language=language,
            text=text[:MAX_LENGTH],
            chosen={name: tuple(dict.fromkeys(values)) for name, values in chosen.items() if values},
            age=_read_number(query, "age", MAX_AGE_YEARS, ignored),
            local=_read_flag(query, "local", ignored),
            exact=_read_flag(query, "exact", ignored),
            place_off=bool(_read_choices(query, "place", {"off"}, ignored)),
            sort=next(iter(_read_choices(query, "sort", SORT_LABELS, ignored)), ""),
            page=_read_number(query, "page", 100_000, ignored, least=1) or 1,
            ignored=tuple(ignored),
            other_areas=tuple(areas.values())[1:],
            personal=personal,
        )

    # Looking up

    @cached_property
    def named(self) -> QueryArea | None:
        """The place that the text names, whether it counts or not."""
        return find_query_area(self.text, self.known.municipalities, self.known.counties) if self.text else None

    @cached_property
    def place(self) -> QueryArea | None:
        """The place that the text names where it is the area: no other one is chosen."""
        return self.named if not self.place_off and not self._chosen_area else None

    @cached_property
    def area(self) -> tuple[str, str] | None:
        """(dimension, code) of the area in force, chosen or named in the text."""
        return self._chosen_area or (self.place and self.place.area)

    @cached_property
    def searched(self) -> str:
        """The text to search for: what was typed, without the place where that is the area anyway."""
        if not self.area or self.place_off or not self.named or self.named.area != self.area:
            return self.text
        return self.named.rest if parse_query(self.named.rest, self.language) else ""

    @cached_property
    def plan(self) -> QueryPlan:
        """The text, resolved against the index."""
        if not self.searched:
            return QueryPlan()
        return SearchTerm.objects.plan(parse_query(self.searched, self.language, exact=self.exact))

    @property
    def order(self) -> str:
        """How the results are sorted: as asked, or by relevance where there is a text to be relevant to."""
        if self.sort and not (self.sort == "relevance" and not self.searched):
            return self.sort
        return "relevance" if self.searched else "freshest"

    def base(self, today):
        """Listings under the filters that are no facets: text, age and dates."""
        listings = Listing.objects.on_offer(today)
        if self.searched:
            listings = listings.matching(self.plan, today)
        if self.age is not None:
            listings = listings.for_age(self.age)
        return listings

    def selections(self) -> dict[str, Q]:
        """The facet filters by dimension. Municipality and county are one dimension, "area"."""
        selections = {}
        for dimension, values in self.chosen.items():
            if dimension not in AREA_DIMENSIONS:
                selections[dimension] = has_facet(dimension, list(values), every=dimension in MATCH_ALL_DIMENSIONS)
        if self.area_token:
            tokens = [self.area_token] if self.local else [self.area_token, NATIONWIDE]
            selections["area"] = Q(facets__overlap=tokens)
        return selections

    @property
    def municipality(self) -> str | None:
        """The code of the municipality that was chosen."""
        return next(iter(self.chosen.get("municipality", ())), None)

    @property
    def area_token(self) -> str:
        return token(*self.area) if self.area else ""

    @property
    def _chosen_area(self) -> tuple[str, str] | None:
        return next(((name, self.chosen[name][0]) for name in AREA_DIMENSIONS if name in self.chosen), None)

    def found(self, today):
        """The listings found, in no order."""
        return self.base(today).filter(*self.selections().values())

    def listings(self, today):
        """The listings found, by name or the freshest first; `asked` is for the best match first."""
        found = self.found(today)
        return found.alphabetical() if self.order == "name" else found.freshest()

    def asked(self, today) -> FacetSearch:
        """The search as it is counted."""
        return FacetSearch(
            self.selections(), today, self.age, self.plan if self.searched else None, MATCH_ALL_DIMENSIONS
        )

    # Links that change one thing

    def query_string(self, **changes) -> str:
        """The URL's query of this search with fields changed; the page number does not survive a change."""
        changed = replace(self, **{"page": 1, **changes})
        pairs = [("q", changed.text)] if changed.text else []
        for dimension, values in changed.chosen.items():
            name = "category" if dimension in SCHEMES else dimension
            pairs += [(name, "1" if dimension in FLAG_LABELS else value) for value in values]
        if changed.age is not None:
            pairs.append(("age", changed.age))
        if changed.local:
            pairs.append(("local", 1))
        if changed.exact and changed.text:
            pairs.append(("exact", 1))
        if changed.place_off and changed.text:
            pairs.append(("place", "off"))
        if changed.sort:
            pairs.append(("sort", changed.sort))
        if changed.page > 1:
            pairs.append(("page", changed.page))
        return "?" + urlencode(pairs)

    def without(self, dimension: str, value: str | None = None) -> str:
        """The query without one value of a dimension, or without the whole dimension."""
        kept = tuple(v for v in self.chosen.get(dimension, ()) if value is not None and v != value)
        chosen = {**self.chosen, dimension: kept}
        return self.query_string(chosen={name: values for name, values in chosen.items() if values})

    def everywhere(self, **changes) -> str:
        """The same words without an area: a place among them does not become one again."""
        still = self.named is not None and self.searched == self.text
        return self.query_string(**{"text": self.searched, "place_off": still, **changes})

    def query_string_with_only(self, dimension: str, value: str) -> str:
        return self.query_string(chosen={**self.chosen, dimension: (value,)})

    @property
    def settled(self) -> dict[str, tuple[str, ...]]:
        """What is chosen, with the place that the text names as if it were: for links that drop the text."""
        return {**self.chosen, self.place.dimension: (self.place.code,)} if self.place else self.chosen

    @property
    def bare(self) -> "Filters":
        """Nothing but the area of this search."""
        return Filters(self.known, self.language, chosen={self.area[0]: (self.area[1],)} if self.area else {})

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.chosen or self.age is not None)


def _most_specific(codes: list[str], known: ReferenceData) -> list[str]:
    """The chosen categories without those above another chosen one: ticking a subtheme narrows its theme."""
    above = {category.code for code in codes for category in known.above(known.categories[code])}
    return [code for code in codes if code not in above]


def _strip_invisible(text: str) -> str:
    """NUL and other control characters cannot be stored or searched; broken UTF-8 has become U+FFFD by now.

    Soft hyphens and other unseen marks, copied along from web pages, are no blanks.
    """
    seen = (c for c in text if unicodedata.category(c) != "Cf")
    return "".join(c if c.isprintable() and c != "\ufffd" else " " for c in seen)


def _read_choices(query, name: str, allowed, ignored: list[str]) -> list[str]:
    values = [value for value in query.getlist(name) if value]
    ignored += [f"{name}={_strip_invisible(value)[:40]}" for value in values if value not in allowed]
    return [value for value in values if value in allowed]


def _read_flag(query, name: str, ignored: list[str]) -> bool:
    return bool(_read_choices(query, name, TRUE_VALUES, ignored))


def _read_number(query, name: str, most: int, ignored: list[str], least: int = 0) -> int | None:
    text = _strip_invisible(query.get(name, "")).strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
        return int(text)
    ignored.append(f"{name}={text[:40]}")
    return None
