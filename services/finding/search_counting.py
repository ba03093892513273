"""Count new searches, detected from the request alone, without storing anything about the reader."""

import datetime as dt
from urllib.parse import parse_qs

from django.http import HttpRequest

from organisations.core.request_kind import internal_referer, is_user_navigation
from services.actions.count_use import recount_services
from services.actions.record_search import record_search
from services.models import UseKind

from .filters import Filters


def count_search(request: HttpRequest, filters: Filters, results: int, today: dt.date) -> None:
    """Count the search if it is new. `results` is the number of results."""
    if is_new_search(request, filters):
        record_search(
            text=filters.text,
            language=filters.language,
            municipality=filters.municipality,
            results=results,
            today=today,
        )


def count_shown_services(request: HttpRequest, filters: Filters, services: list[int], today: dt.date) -> None:
    """Count the services (by id) of a results page that the reader has not just seen."""
    if is_new_results_page(request, filters):
        recount_services(use=UseKind.SHOWN, services=services, today=today)


def is_new_search(request: HttpRequest, filters: Filters) -> bool:
    """Whether the request is a newly typed search.

    Not counted: prefetches, reloads and robots (`organisations.core.request_kind`), further pages, another order, and
    filters other than municipality and age, which narrow a search that was already counted.
    """
    return (
        bool(filters.text)
        and is_user_navigation(request)
        and _is_unrefined(filters)
        and not _continues_search(request, filters)
    )


def _is_unrefined(filters: Filters) -> bool:
    is_narrowed = filters.local or filters.exact or not filters.values.keys() <= {"municipality"}
    return filters.page == 1 and not filters.sort and not is_narrowed


def _continues_search(request: HttpRequest, filters: Filters) -> bool:
    """Whether the referring page showed the same search, for instance with a filter or in another language."""
    address = request.headers.get("Referer", "").partition("#")[0]
    previous = parse_qs(address.partition("?")[2])
    text, municipality = (" ".join(previous.get(name, [""])[0].split()) for name in ("q", "municipality"))
    return text.lower() == filters.text.lower() and municipality == (filters.municipality or "")


def is_new_results_page(request: HttpRequest, filters: Filters) -> bool:
    """Whether the results page shows services that the reader has not just seen.

    Sorting, filtering or changing the language of the same search does not count, only later pages do.
    """
    if not is_user_navigation(request) or "HX-History-Restore-Request" in request.headers:
        return False
    path, query = internal_referer(request)
    previous, current = parse_qs(query), dict(request.GET.lists())
    if _search_key(previous) != _search_key(current) or (not _search_key(current)[0] and path != request.path):
        return True
    page = previous.get("page", ["1"])[0]
    return filters.page > (int(page) if page.isascii() and page.isdigit() else 1)


def _search_key(query: dict[str, list[str]]) -> tuple:
    """What identifies a search: text and municipality, or the categories without text."""
    text, municipality = (" ".join(query.get(name, [""])[0].lower().split()) for name in ("q", "municipality"))
    return text, municipality, () if text else tuple(query.get("category", ()))
