"""Distinguish navigation by people from prefetches, reloads and robots. Usage counts depend on it."""

import re
from urllib.parse import urlsplit

from django.http import HttpRequest

# Headers by which browsers announce a prefetch, prerender or preview.
PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
# Cache-Control values that browsers send on reload.
RELOAD_DIRECTIVES = frozenset({"no-cache", "max-age=0"})
# User agents of programs. The lookbehind excludes Cubot, a phone brand.
ROBOT_PATTERN = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|archiv|preview|fetch|monitor|check|curl|wget|python|httpx|okhttp|axios|java/|go-http"
    r"|libwww|perl|ruby|lighthouse|facebookexternalhit|whatsapp|embed|palvelukartta",
    re.IGNORECASE,
)


def is_user_navigation(request: HttpRequest) -> bool:
    """Whether this is a GET by a person: no prefetch, reload or robot."""
    directives = {part.strip().lower() for part in request.headers.get("Cache-Control", "").split(",")}
    is_prefetch = any("pre" in request.headers.get(name, "").lower() for name in PREFETCH_HEADERS)
    return request.method == "GET" and not is_prefetch and not directives & RELOAD_DIRECTIVES and not is_robot(request)


def is_robot(request: HttpRequest) -> bool:
    return bool(ROBOT_PATTERN.search(request.headers.get("User-Agent", "")))


def internal_referer(request: HttpRequest) -> tuple[str, str]:
    """Path and query of the referring page of this site; empty strings if there is none."""
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return "", ""
    return (parts.path, parts.query) if parts.netloc == request.get_host() else ("", "")
