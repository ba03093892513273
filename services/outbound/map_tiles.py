"""The optional tile server of the maps."""

from django.conf import settings
from django.http import HttpResponse


def tile_context() -> dict:
    """Template context of a map: the tile URL and its attribution as (text, link)."""
    text, _blank, address = settings.TILES_BY.rpartition(" ")
    has_link = text and address.startswith(("https://", "http://"))
    return {"tiles": settings.TILES, "thanks": (text, address) if has_link else (settings.TILES_BY, "")}


def allow_tile_host(page: HttpResponse) -> HttpResponse:
    """Allow images of the tile server in the page's CSP; no other host is allowed on any page."""
    if settings.TILES:
        page._csp_update = {"img-src": [settings.TILES_HOST]}  # as django-csp's `csp_update` does
    return page
