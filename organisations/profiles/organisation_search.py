"""The list of organisations: by name, sector and municipality, page by page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext as _

from organisations.core.paging import Pagination
from organisations.models import Organisation
from organisations.models.organisation import OrganisationQuerySet, Sector

from .filters import OrganisationFilterSet

PAGE_SIZE = 100
MAX_SIMILAR_NAMES = 5  # names that look like the one that was not found


class OrganisationSearch:
    """What a reader asks for: the filters of an address and its page number; `text` is part of a name."""

    def __init__(self, query: QueryDict) -> None:
        self.filters = OrganisationFilterSet(query, Organisation.objects.published())
        values = self.filters.values
        self.text, self.sector, self.municipality = values["q"] or "", values["sector"] or "", values["municipality"]
        page = query.get("page", "")
        self.page = max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1

    def query_string(self, **changes) -> str:
        """The query of this search with fields changed; the page number does not survive a change."""
        code = self.municipality.pk if self.municipality else ""
        said = {"q": self.text, "sector": self.sector, "municipality": code, "page": "", **changes}
        if said["page"] == 1:
            said["page"] = ""
        return "?" + urlencode({name: value for name, value in said.items() if value})

    @property
    def municipality_codes(self) -> list[str]:
        return [self.municipality.pk] if self.municipality else []

    @property
    def narrows(self) -> bool:
        return bool(self.text or self.sector or self.municipality)

    def chips(self) -> list[dict]:
        """The filters in force, each with the address that takes it away."""
        said = {
            "q": self.text and _("“%(text)s”") % {"text": self.text},
            "sector": self.sector and Sector(self.sector).label,
            "municipality": self.municipality.name if self.municipality else "",
        }
        return [{"label": label, "remove": self.query_string(**{name: ""})} for name, label in said.items() if label]

    def near(self) -> OrganisationQuerySet:
        """Names that look like the one that was not found, the likeliest first."""
        return Organisation.objects.published().likely_duplicates(name=self.text)[:MAX_SIMILAR_NAMES]


@dataclass(frozen=True)
class OrganisationPage:
    """A page of the list: `groups` of one sector (value, label, how many in all, those on the page)."""

    groups: list[tuple[str, str, int, list[Organisation]]]
    sectors: list[tuple[str, str, int, str]]
    pages: Pagination
    total: int


def build_page(search: OrganisationSearch, today) -> OrganisationPage:
    """Organisations by sector and then in alphabetical order, with how many services each has on offer."""
    of_any_sector = search.filters.of_any_sector()
    counts = dict(of_any_sector.order_by().values_list("sector").annotate(Count("pk", distinct=True)))
    sectors = [(value, label, counts[value]) for value, label in Sector.choices if counts.get(value)]
    chosen = [row for row in sectors if row[0] == search.sector or not search.sector]
    total = sum(count for _value, _label, count in chosen)
    pages = Pagination(search.page, total, PAGE_SIZE, lambda number: search.query_string(page=number))
    on_page = search.filters.qs.by_sector(Sector.values).values_list("pk", flat=True)[pages.slice]
    # Services are counted for those on the page alone.
    shown = list(Organisation.objects.filter(pk__in=list(on_page)).with_service_count(today).by_sector(Sector.values))
    return OrganisationPage(
        groups=[
            (value, label, count, group)
            for value, label, count in chosen
            if (group := [one for one in shown if one.sector == value])
        ],
        sectors=[] if search.sector else [(*row, search.query_string(sector=row[0])) for row in sectors],
        pages=pages,
        total=total,
    )
