"""The public list of organisations: filters by name, sector and municipality, and pages."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext as _

from organisations.core.paging import Pagination
from organisations.models import Organisation
from organisations.models.organisation import OrganisationQuerySet, Sector

from .filters import OrganisationFilterSet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAGE_SIZE = 100
# Suggestions when no organisation matches.
MAX_SIMILAR_NAMES = 5


class OrganisationSearch:
    """The filters and the page number of a URL; `text` is part of a name."""

    def __init__(self, query: QueryDict) -> None:
        self.filters = OrganisationFilterSet(query, Organisation.objects.published())
        values = self.filters.values
        self.text, self.sector, self.municipality = values["q"] or "", values["sector"] or "", values["municipality"]
        page = query.get("page", "")
        self.page = max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1

    def query_string(self, **changes: str | int) -> str:
        """The query of this search with changed fields; any change returns to the first page."""
        code = self.municipality.pk if self.municipality else ""
        fields = {"q": self.text, "sector": self.sector, "municipality": code, "page": "", **changes}
        if fields["page"] == 1:
            fields["page"] = ""
        return "?" + urlencode({name: value for name, value in fields.items() if value})

    @property
    def municipality_codes(self) -> list[str]:
        return [self.municipality.pk] if self.municipality else []

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.sector or self.municipality)

    def chips(self) -> list[dict]:
        """The active filters, each with the URL without it."""
        labels = {
            "q": self.text and _("“%(text)s”") % {"text": self.text},
            "sector": self.sector and Sector(self.sector).label,
            "municipality": self.municipality.name if self.municipality else "",
        }
        return [
            {"label": label, "remove_url": self.query_string(**{name: ""})} for name, label in labels.items() if label
        ]

    def similar_organisations(self) -> OrganisationQuerySet:
        """Organisations with a similar name, the most similar first."""
        return Organisation.objects.published().likely_duplicates(name=self.text)[:MAX_SIMILAR_NAMES]


@dataclass(frozen=True)
class OrganisationPage:
    """A page of the list.

    `groups`: (sector, label, total count, organisations on the page); `sectors`: (sector, label, total count, URL).
    """

    groups: list[tuple[str, "StrOrPromise", int, list[Organisation]]]
    sectors: list[tuple[str, "StrOrPromise", int, str]]
    pages: Pagination
    total: int


def build_page(search: OrganisationSearch, today: dt.date) -> OrganisationPage:
    """Organisations by sector, then alphabetically, with the number of their current services."""
    counts = dict(search.filters.of_any_sector().order_by().values_list("sector").annotate(Count("pk", distinct=True)))
    sectors = [(value, label, counts[value]) for value, label in Sector.choices if counts.get(value)]
    selected_sectors = [row for row in sectors if row[0] == search.sector or not search.sector]
    total = sum(count for _value, _label, count in selected_sectors)
    pages = Pagination(search.page, total, PAGE_SIZE, lambda number: search.query_string(page=number))
    pks = search.filters.qs.by_sector(Sector.values).values_list("pk", flat=True)[pages.slice]
    # Count services only for the organisations on the page.
    organisations = Organisation.objects.filter(pk__in=list(pks)).with_service_count(today).by_sector(Sector.values)
    return OrganisationPage(
        groups=[
            (value, label, count, group)
            for value, label, count in selected_sectors
            if (group := [organisation for organisation in organisations if organisation.sector == value])
        ],
        sectors=[] if search.sector else [(*row, search.query_string(sector=row[0])) for row in sectors],
        pages=pages,
        total=total,
    )
