"""Whether somebody has asked for a page just now, told by the request alone. Counts of use rest on it."""

import re
from urllib.parse import urlsplit

from django.http import HttpRequest

# The headers by which browsers say that nobody has asked for the page yet: "prefetch", "prerender", "preview".
PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
# What browsers ask for when somebody reloads a page.
RELOAD_DIRECTIVES = frozenset({"no-cache", "max-age=0"})
# Programs that say what they are; Cubot is a phone.
ROBOT_PATTERN = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|archiv|preview|fetch|monitor|check|curl|wget|python|httpx|okhttp|axios|java/|go-http"
    r"|libwww|perl|ruby|lighthouse|facebookexternalhit|whatsapp|embed|palvelukartta",
    re.IGNORECASE,
)


def is_user_navigation(request: HttpRequest) -> bool:
    """Not so for what a browser fetches in advance, for a reload, and for programs that say that they are some."""
    cached = {part.strip().lower() for part in request.headers.get("Cache-Control", "").split(",")}
    in_advance = any("pre" in request.headers.get(name, "").lower() for name in PREFETCH_HEADERS)
    return request.method == "GET" and not in_advance and not cached & RELOAD_DIRECTIVES and not is_robot(request)


def is_robot(request: HttpRequest) -> bool:
    return bool(ROBOT_PATTERN.search(request.headers.get("User-Agent", "")))


def internal_referer(request: HttpRequest) -> tuple[str, str]:
    """Path and query of the page of this site that led here; nothing where there was none."""
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return "", ""
    return (parts.path, parts.query) if parts.netloc == request.get_host() else ("", "")
