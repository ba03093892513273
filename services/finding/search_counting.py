"""Whether a request is a new search or goes on with an earlier one, told by the request alone."""

from urllib.parse import parse_qs

from django.http import HttpRequest

from organisations.core.request_kind import internal_referer, is_user_navigation

from .filters import Filters


def is_new_search(request: HttpRequest, filters: Filters) -> bool:
    """Whether somebody has just typed this text and asked for it.

    Not counted: prefetches, reloads and robots (`organisations.core.request_kind`), further pages, another order, and
    filters beside those of the first form (municipality and age), which narrow a search that was counted.
    """
    return (
        bool(filters.text)
        and is_user_navigation(request)
        and _is_unrefined(filters)
        and not _continues_search(request, filters)
    )


def _is_unrefined(filters: Filters) -> bool:
    narrowed = filters.local or filters.exact or not filters.chosen.keys() <= {"municipality"}
    return filters.page == 1 and not filters.sort and not narrowed


def _continues_search(request: HttpRequest, filters: Filters) -> bool:
    """Whether the page that led here showed the same search, for instance with a filter or in another language."""
    address = request.headers.get("Referer", "").partition("#")[0]
    before = parse_qs(address.partition("?")[2])
    text, municipality = (" ".join(before.get(name, [""])[0].split()) for name in ("q", "municipality"))
    return text.lower() == filters.text.lower() and municipality == (filters.municipality or "")


def is_new_results_page(request: HttpRequest, filters: Filters) -> bool:
    """Whether the page of results shows services that the reader has not just seen.

    A search shows them once, however it is sorted, narrowed or read in another language, and again only further on.
    """
    if not is_user_navigation(request) or "HX-History-Restore-Request" in request.headers:
        return False
    path, query = internal_referer(request)
    before, now = parse_qs(query), dict(request.GET.lists())
    if _search_key(before) != _search_key(now) or (not _search_key(now)[0] and path != request.path):
        return True
    page = before.get("page", ["1"])[0]
    return filters.page > (int(page) if page.isascii() and page.isdigit() else 1)


def _search_key(query: dict[str, list[str]]) -> tuple:
    """What is looked for: words and municipality, or where there are no words a subject."""
    text, municipality = (" ".join(query.get(name, [""])[0].lower().split()) for name in ("q", "municipality"))
    return text, municipality, () if text else tuple(query.get("category", ()))
