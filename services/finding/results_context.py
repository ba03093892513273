"""Template context shared by the results page and the map: counts, filters, chips, tabs and sort orders."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from services.search.facets import NATIONWIDE

from . import empty_results, facets
from .did_you_mean import did_you_mean
from .filters import SORT_LABELS, Filters
from .highlighting import Highlighter
from .search_paths import search_paths
from .search_safety import safety_context


def results_context(request: HttpRequest, filters: Filters, counts: dict[str, int], today: dt.date) -> dict[str, Any]:
    """The shared context; `counts` are the facet counts of `search_page`."""
    total = counts[""]
    return {
        "filters": filters,
        "address": request.path,
        "tabs": _view_tabs(request, filters),
        "identity_code_refused": request.GET.get("refused") == "identity-code",
        "total": total,
        **safety_context(filters, total, today),
        "service_paths": search_paths(filters),
        "nationwide": counts.get(NATIONWIDE, 0),
        "groups": facets.facet_groups(filters, counts),
        "flags": facets.flag_options(filters, counts),
        "chips": facets.filter_chips(filters),
        "category_suggestions": facets.category_suggestions(filters),
        "highlighter": Highlighter.from_filters(filters),
        "empty_categories": empty_results.empty_categories(filters, counts, today) if total else [],
        "help": None if total else empty_results.empty_results_help(filters, today, request.user),
        "area_name": facets.area_name(filters),
        "query_area_name": facets.query_area_name(filters),
        "query_area_link": filters.query_string(query_area_off=False),
        "did_you_mean": did_you_mean(filters) if filters.text else None,
        "exact_link": filters.query_string(exact=True),
        "inexact_link": filters.query_string(exact=False),
        "sectors": facets.sector_links(filters, counts) if "sector" not in filters.values else [],
        "sort_label": SORT_LABELS[filters.sort_order],
        "sort_links": [
            (name, label, filters.query_string(sort=name))
            for name, label in SORT_LABELS.items()
            if filters.search_text or name != "relevance"
        ],
    }


def _view_tabs(request: HttpRequest, filters: Filters) -> list[tuple[str, str, bool]]:
    """(label, address, is active) of the list and the map of the search."""
    query = filters.query_string()
    tabs = [(_("List"), reverse("finding:results")), (_("Map"), reverse("finding:map"))]
    return [(label, path + (query if query != "?" else ""), path == request.path) for label, path in tabs]
