"""Whether a request is a new search or goes on with an earlier one, told by the request alone."""

from urllib.parse import parse_qs

from django.http import HttpRequest

from .filters import Filters

# The headers by which browsers say that nobody has asked for the page yet: "prefetch", "prerender", "preview".
IN_ADVANCE = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
# What browsers ask for when somebody reloads a page.
RELOAD = frozenset({"no-cache", "max-age=0"})


def is_new_search(request: HttpRequest, filters: Filters) -> bool:
    """Whether somebody has just typed this text and asked for it.

    Not so for what a browser fetches in advance, for a reload, for the next page or another order, and for filters
    beside those of the first form (municipality and age): they narrow a search that was counted.
    """
    return bool(filters.text) and _is_asked_for(request) and _is_first(filters) and not _goes_on(request, filters)


def _is_asked_for(request: HttpRequest) -> bool:
    cached = {part.strip().lower() for part in request.headers.get("Cache-Control", "").split(",")}
    in_advance = any("pre" in request.headers.get(name, "").lower() for name in IN_ADVANCE)
    return request.method == "GET" and not in_advance and not cached & RELOAD


def _is_first(filters: Filters) -> bool:
    narrowed = filters.local or filters.exact or not filters.chosen.keys() <= {"municipality"}
    return filters.page == 1 and not filters.sort and not narrowed


def _goes_on(request: HttpRequest, filters: Filters) -> bool:
    """Whether the page that led here showed the same search, for instance with a filter or in another language."""
    address = request.headers.get("Referer", "").partition("#")[0]
    before = parse_qs(address.partition("?")[2])
    text, municipality = (" ".join(before.get(name, [""])[0].split()) for name in ("q", "municipality"))
    return text.lower() == filters.text.lower() and municipality == (filters.municipality or "")
