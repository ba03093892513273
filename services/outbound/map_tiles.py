"""The tile server of the map background, if the site has one."""

from django.conf import settings
from django.http import HttpResponse


def tile_context() -> dict:
    """Settings of a page with a map: the address of the tiles, and their attribution."""
    words, _blank, address = settings.TILES_BY.rpartition(" ")
    linked = words and address.startswith(("https://", "http://"))
    return {"tiles": settings.TILES, "thanks": (words, address) if linked else (settings.TILES_BY, "")}


def allow_tile_host(page: HttpResponse) -> HttpResponse:
    """Let a page load images from the tile server, the only other host, on pages that need it."""
    if settings.TILES:
        page._csp_update = {"img-src": [settings.TILES_HOST]}  # as django-csp's `csp_update` does
    return page
