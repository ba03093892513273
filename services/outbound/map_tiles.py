"""The tile server of the map background, if the site has one."""

from typing import TypedDict

from django.conf import settings
from django.http import HttpResponse


class TileContext(TypedDict):
    """Template context of a page with a map: the tiles' URL template, and (text, link) of their attribution."""

    tiles: str
    tile_attribution: tuple[str, str]


def tile_context() -> TileContext:
    """Return the template context of a page with a map."""
    text, _blank, link = settings.TILES_BY.rpartition(" ")
    has_link = text and link.startswith(("https://", "http://"))
    return {"tiles": settings.TILES, "tile_attribution": (text, link) if has_link else (settings.TILES_BY, "")}


def allow_tile_host(page: HttpResponse) -> HttpResponse:
    """Let a page load images from the tile server, the only other host, on pages that need it."""
    if settings.TILES:
        # Like django-csp's decorator `csp_update`, which decorates views.
        page._csp_update = {"img-src": [settings.TILES_HOST]}  # type: ignore[attr-defined]
    return page
