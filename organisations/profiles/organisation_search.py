"""The list of organisations: by name, sector and municipality, page by page."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext as _

from organisations.core.paging import Pagination
from organisations.models import Municipality, Organisation
from organisations.models.organisation import OrganisationQuerySet, Sector

PAGE_SIZE = 100
MAX_QUERY_LENGTH = 100  # characters of a name
MAX_SIMILAR_NAMES = 5  # names that look like the one that was not found


@dataclass(frozen=True)
class OrganisationSearch:
    """What a reader asks for; `text` is part of a name."""

    text: str = ""
    sector: str = ""
    municipality: Municipality | None = None
    page: int = 1

    @classmethod
    def read(cls, query: QueryDict) -> "OrganisationSearch":
        """What an address says; a value that makes no sense is left out."""
        text = " ".join(query.get("q", "").replace("\0", " ").split())[:MAX_QUERY_LENGTH]
        sector, code, page = (query.get(name, "") for name in ("sector", "municipality", "page"))
        return cls(
            text=text,
            sector=sector if sector in Sector.values else "",
            municipality=Municipality.objects.filter(pk=code).first() if code.isalnum() else None,
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    def query_string(self, **changes) -> str:
        """The query of this search with fields changed; the page number does not survive a change."""
        changed = replace(self, **{"page": 1, **changes})
        said = {
            "q": changed.text,
            "sector": changed.sector,
            "municipality": changed.municipality.pk if changed.municipality else "",
            "page": changed.page if changed.page > 1 else "",
        }
        return "?" + urlencode({name: value for name, value in said.items() if value})

    @property
    def municipality_codes(self) -> list[str]:
        return [self.municipality.pk] if self.municipality else []

    @property
    def narrows(self) -> bool:
        return bool(self.text or self.sector or self.municipality)

    def found(self) -> OrganisationQuerySet:
        """All that fit, whatever their sector."""
        found = Organisation.objects.published().named(self.text)
        return found.working_in(self.municipality) if self.municipality else found

    def chips(self) -> list[dict]:
        """The filters in force, each with the address that takes it away."""
        said = {
            "text": self.text and _("“%(text)s”") % {"text": self.text},
            "sector": self.sector and Sector(self.sector).label,
            "municipality": self.municipality.name if self.municipality else "",
        }
        cleared = {"text": "", "sector": "", "municipality": None}
        return [
            {"label": label, "remove": self.query_string(**{name: cleared[name]})}
            for name, label in said.items()
            if label
        ]

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
    found = search.found()
    counts = dict(found.order_by().values_list("sector").annotate(Count("pk", distinct=True)))
    sectors = [(value, label, counts[value]) for value, label in Sector.choices if counts.get(value)]
    chosen = [row for row in sectors if row[0] == search.sector or not search.sector]
    total = sum(count for _value, _label, count in chosen)
    pages = Pagination(search.page, total, PAGE_SIZE, lambda number: search.query_string(page=number))
    if search.sector:
        found = found.filter(sector=search.sector)
    on_page = found.by_sector(Sector.values).values_list("pk", flat=True)[pages.slice]
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
