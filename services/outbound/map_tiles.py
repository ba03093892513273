"""The server of tiles that draw the ground of maps, where the site has one."""

from django.conf import settings
from django.http import HttpResponse


def tile_context() -> dict:
    """What a page with a map needs to know: the address of the tiles, and whom to thank for them."""
    words, _blank, address = settings.TILES_BY.rpartition(" ")
    linked = words and address.startswith(("https://", "http://"))
    return {"tiles": settings.TILES, "thanks": (words, address) if linked else (settings.TILES_BY, "")}


def allow_tile_host(page: HttpResponse) -> HttpResponse:
    """Let a page show pictures of that server: the one other host that any page may ask, on the pages that need it."""
    if settings.TILES:
        page._csp_update = {"img-src": [settings.TILES_HOST]}  # as django-csp's `csp_update` does
    return page
