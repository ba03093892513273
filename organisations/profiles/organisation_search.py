"""Search of organisations by name, sector and municipality, with pagination."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext as _

from organisations.core.paging import Pagination
from organisations.models import Municipality, Organisation
from organisations.models.organisation import OrganisationQuerySet, Sector

PAGE_SIZE = 100
MAX_QUERY_LENGTH = 100  # characters
MAX_SIMILAR_NAMES = 5  # suggestions when nothing matches


@dataclass(frozen=True)
class OrganisationSearch:
    """Search parameters; `text` is part of a name."""

    text: str = ""
    sector: str = ""
    municipality: Municipality | None = None
    page: int = 1
    # Names of the municipalities that are asked for beside the one in force.
    other_areas: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: QueryDict) -> "OrganisationSearch":
        """Parse a query string; invalid values are ignored."""
        text = " ".join(query.get("q", "").replace("\0", " ").split())[:MAX_QUERY_LENGTH]
        sector, page = (query.get(name, "") for name in ("sector", "page"))
        codes = [code for code in query.getlist("municipality") if code.isalnum()]
        known = Municipality.objects.in_bulk(codes)
        municipalities = [known[code] for code in dict.fromkeys(codes) if code in known]
        return cls(
            text=text,
            sector=sector if sector in Sector.values else "",
            municipality=next(iter(municipalities), None),
            other_areas=tuple(other.name for other in municipalities[1:]),
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    def query_string(self, **changes) -> str:
        """The query string with fields changed; resets the page unless `page` is given."""
        search = replace(self, **{"page": 1, **changes})
        parameters = {
            "q": search.text,
            "sector": search.sector,
            "municipality": search.municipality.pk if search.municipality else "",
            "page": search.page if search.page > 1 else "",
        }
        return "?" + urlencode({name: value for name, value in parameters.items() if value})

    @property
    def municipality_codes(self) -> list[str]:
        return [self.municipality.pk] if self.municipality else []

    @property
    def narrows(self) -> bool:
        return bool(self.text or self.sector or self.municipality)

    def found(self) -> OrganisationQuerySet:
        """Matches by text and municipality, in all sectors."""
        organisations = Organisation.objects.published().named(self.text)
        return organisations.working_in(self.municipality) if self.municipality else organisations

    def chips(self) -> list[dict]:
        """Labels of the active filters, each with the URL that removes it."""
        labels = {
            "text": self.text and _("“%(text)s”") % {"text": self.text},
            "sector": self.sector and Sector(self.sector).label,
            "municipality": self.municipality.name if self.municipality else "",
        }
        cleared = {"text": "", "sector": "", "municipality": None}
        return [
            {"label": label, "remove": self.query_string(**{name: cleared[name]})}
            for name, label in labels.items()
            if label
        ]

    def near(self) -> OrganisationQuerySet:
        """Organisations with similar names, the most similar first."""
        return Organisation.objects.published().likely_duplicates(name=self.text)[:MAX_SIMILAR_NAMES]


@dataclass(frozen=True)
class OrganisationPage:
    """One page of results.

    `groups` holds (sector, label, total count, organisations on the page), `sectors` (sector, label, count, URL).
    """

    groups: list[tuple[str, str, int, list[Organisation]]]
    sectors: list[tuple[str, str, int, str]]
    pages: Pagination
    total: int


def build_page(search: OrganisationSearch, today) -> OrganisationPage:
    """Organisations by sector, then alphabetically, each with the number of services on offer."""
    organisations = search.found()
    counts = dict(organisations.order_by().values_list("sector").annotate(Count("pk", distinct=True)))
    sectors = [(value, label, counts[value]) for value, label in Sector.choices if counts.get(value)]
    selected_sectors = [row for row in sectors if row[0] == search.sector or not search.sector]
    total = sum(count for _value, _label, count in selected_sectors)
    pages = Pagination(search.page, total, PAGE_SIZE, lambda number: search.query_string(page=number))
    if search.sector:
        organisations = organisations.filter(sector=search.sector)
    page_ids = organisations.by_sector(Sector.values).values_list("pk", flat=True)[pages.slice]
    # Count services only for the organisations on the page.
    page_organisations = list(
        Organisation.objects.filter(pk__in=list(page_ids)).with_service_count(today).by_sector(Sector.values)
    )
    return OrganisationPage(
        groups=[
            (value, label, count, group)
            for value, label, count in selected_sectors
            if (group := [organisation for organisation in page_organisations if organisation.sector == value])
        ],
        sectors=[] if search.sector else [(*row, search.query_string(sector=row[0])) for row in sectors],
        pages=pages,
        total=total,
    )
