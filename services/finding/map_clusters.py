"""The map of a search: request parameters, points and clusters as GeoJSON, and the list of locations."""

import math
from dataclasses import dataclass

from django.db.models import Count, Window
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.core.number_format import GroupedInt
from organisations.models import Municipality
from services.models import Listing, Service, ServiceLocation
from services.models.location import (
    CELL_PIXELS,
    MAX_LOCATION_IDS,
    WORLD_PIXELS,
    BoundingBox,
    LocationMatches,
    MapCell,
)

from .filters import Filters

# Zoom levels of the map; the highest separates buildings.
MIN_ZOOM, MAX_ZOOM = 4, 18
# Maximum features of a response: if more grid cells would be in view, larger cells are used.
MAX_CELLS = 400
# Weight of the cell centre in a cluster's position, so that neighbouring clusters do not overlap.
BUBBLE_CENTRE_WEIGHT = 0.5
LOCATIONS_PER_PAGE = 40
# Services without a location that are shown, and ranked results in which they are looked for.
MAX_UNMAPPED_SERVICES, MAX_RANKED_SERVICES = 20, 1000
# Degrees: zooming in cannot separate locations closer than this.
SAME_BUILDING_DEGREES = 0.00005
FINLAND_BOUNDS = BoundingBox(19.5, 59.7, 31.6, 70.1)
MUNICIPALITY_MARGIN_DEGREES = 0.12  # degrees of latitude around the middle of a municipality without places


class InvalidMapView(ValueError):
    """Invalid bounds or zoom; the message gives the reason."""


def parse_bbox(text: str) -> BoundingBox:
    """Read "west,south,east,north" in WGS84 degrees. Raises InvalidMapView."""
    try:
        edges = [float(part) for part in text.split(",")]
    except ValueError:
        edges = []
    if len(edges) != 4 or not all(math.isfinite(edge) for edge in edges):
        raise InvalidMapView("bbox must be four numbers: west,south,east,north in degrees.")
    west, south, east, north = edges
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InvalidMapView("bbox must be west,south,east,north with west < east and south < north, on the earth.")
    return BoundingBox(west, south, east, north)


def parse_zoom(text: str) -> int:
    """Read a zoom from 0 to 22, limited to MAX_ZOOM. Raises InvalidMapView."""
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and int(text) <= 22):
        raise InvalidMapView("zoom must be a whole number from 0 to 22.")
    return min(int(text), MAX_ZOOM)


def parse_location_ids(text: str) -> list[int]:
    """Location ids separated by commas; invalid values are skipped."""
    parts = text.split(",")[:MAX_LOCATION_IDS]
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19]


def feature_collection(filters: Filters, today, box: BoundingBox, zoom: int) -> dict:
    """The locations within the bounds as a GeoJSON FeatureCollection of points and clusters.

    Foreign members: `places` (number of locations) and `told` (the same as text).
    """
    zoom = _limit_zoom(box, zoom)
    cells = ServiceLocation.objects.map_cells(filters.found(today), box, zoom)
    places = sum(cell.places for cell in cells)
    return {
        "type": "FeatureCollection",
        "features": [_cell_feature(cell, zoom, filters.known.municipalities) for cell in cells],
        "places": places,
        "told": location_count_text(places),
    }


def location_count_text(places: int) -> str:
    if not places:
        return _("No places in view")
    return ngettext("%(n)s place in view", "%(n)s places in view", places) % {"n": GroupedInt(places)}


def _limit_zoom(box: BoundingBox, zoom: int) -> int:
    """The highest zoom, at most the requested one, at which the box has at most MAX_CELLS cells."""
    while zoom > 0:
        squares = WORLD_PIXELS * 2**zoom / CELL_PIXELS
        wide = (box.east - box.west) / 360 * squares
        high = (_mercator_y(box.south) - _mercator_y(box.north)) * squares
        if (wide + 1) * (high + 1) <= MAX_CELLS:
            break
        zoom -= 1
    return zoom


def _mercator_y(latitude: float) -> float:
    """The Web Mercator y of a latitude, from 0 (north) to 1 (south)."""
    latitude = max(-85.0, min(85.0, latitude))
    return 0.5 - math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) / (2 * math.pi)


def _cell_feature(cell: MapCell, zoom: int, municipalities: dict[str, Municipality]) -> dict:
    edges = cell.box
    together = edges.east - edges.west < SAME_BUILDING_DEGREES and edges.north - edges.south < SAME_BUILDING_DEGREES
    opens = cell.places == 1 or together or zoom == MAX_ZOOM
    area = municipalities[cell.municipality].name if cell.municipality in municipalities else ""
    properties = {"places": cell.places, "sectors": cell.sectors}
    if opens:
        longitude, latitude = cell.longitude, cell.latitude
        name = cell.name if cell.places == 1 else area
        properties |= {"ids": cell.ids, "label": name if cell.places == 1 else _cell_label(cell.places, area)}
    else:
        longitude, latitude = _bubble_position(cell, zoom)
        label = _("%(places)s: zoom in") % {"places": _cell_label(cell.places, area)}
        properties |= {"box": [edges.west, edges.south, edges.east, edges.north], "label": label}
    return {
        "type": "Feature",
        "id": f"p{cell.ids[0]}" if opens else f"z{zoom}/{cell.x}/{cell.y}",
        "geometry": {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]},
        "properties": properties,
    }


def _cell_label(places: int, area: str) -> str:
    number = ngettext("%(n)s place", "%(n)s places", places) % {"n": GroupedInt(places)}
    return f"{area}, {number}" if area else number


def _bubble_position(cell: MapCell, zoom: int) -> tuple[float, float]:
    """(longitude, latitude) between the centre of the locations and the centre of their cell."""
    squares = WORLD_PIXELS * 2**zoom / CELL_PIXELS
    longitude = (cell.x + 0.5) / squares * 360 - 180
    y = (cell.y + 0.5) / squares
    latitude = math.degrees(2 * math.atan(math.exp((0.5 - y) * 2 * math.pi)) - math.pi / 2)
    location_weight = 1 - BUBBLE_CENTRE_WEIGHT
    return (
        location_weight * cell.longitude + BUBBLE_CENTRE_WEIGHT * longitude,
        location_weight * cell.latitude + BUBBLE_CENTRE_WEIGHT * latitude,
    )


# The lists beside the map


def facet_counts_and_unmapped_services(filters: Filters, today) -> tuple[dict[str, int], list[int], int]:
    """Facet counts, ids of the first services without a location, and the number of such services."""
    search = filters.asked(today)
    if filters.order == "relevance":
        # Text ranking is expensive: run it once for both.
        counts, ranked = Listing.objects.ranked_page(search, page=1, size=MAX_RANKED_SERVICES)
        unmapped = set(
            Listing.objects.filter(pk__in=[pk for pk, _score in ranked])
            .without_coordinates()
            .values_list("pk", flat=True)
        )
        ids = [pk for pk, _score in ranked if pk in unmapped]
        return counts, ids[:MAX_UNMAPPED_SERVICES], len(ids)
    counts = Listing.objects.facet_counts(search)
    unmapped_listings = filters.listings(today).without_coordinates().annotate(total=Window(Count("*")))
    rows = list(unmapped_listings.values_list("pk", "total")[:MAX_UNMAPPED_SERVICES])
    return counts, [pk for pk, _total in rows], rows[0][1] if rows else 0


@dataclass
class MapLocation:
    """A location with the first services found there; `more` counts the rest."""

    location: ServiceLocation
    services: list[Service]
    more: int


def search_locations(filters: Filters, today, box: BoundingBox | None, ids: list[int] | None = None) -> LocationMatches:
    """The locations to list: those within the bounds, or a page of all."""
    page = 1 if box else filters.page
    near = None if box or ids else area_municipality_codes(filters)
    listings = filters.found(today)
    return ServiceLocation.objects.location_matches(
        listings, box=box, ids=ids, near=near, page=page, size=LOCATIONS_PER_PAGE
    )


def locations_by_municipality(spots: LocationMatches) -> list[tuple[Municipality | None, list[MapLocation]]]:
    """The locations grouped by municipality, in the order of the page."""
    locations = ServiceLocation.objects.select_related("municipality").in_bulk([spot.pk for spot in spots.page])
    services = Service.objects.select_related("organisation").in_bulk({pk for s in spots.page for pk in s.services})
    groups: list[tuple[Municipality | None, list[MapLocation]]] = []
    for spot in spots.page:
        location = locations[spot.pk]
        named = sorted((services[pk] for pk in spot.services if pk in services), key=lambda service: service.name)
        if not groups or groups[-1][0] != location.municipality:
            groups.append((location.municipality, []))
        groups[-1][1].append(MapLocation(location, named, spot.count - len(named)))
    return groups


def area_municipality_codes(filters: Filters) -> list[str] | None:
    """Codes of the municipalities in the selected area; None without an area."""
    if not filters.area:
        return None
    dimension, code = filters.area
    if dimension == "municipality":
        return [code]
    return [pk for pk, municipality in filters.known.municipalities.items() if municipality.county_id == code]


def initial_bounds(spots: LocationMatches, filters: Filters) -> BoundingBox:
    """The initial bounds: all locations found, or else the selected area, or else Finland."""
    if spots.box:
        return spots.box
    codes = area_municipality_codes(filters)
    if not codes:
        return FINLAND_BOUNDS
    centres = Municipality.objects.filter(pk__in=codes).values_list("latitude", "longitude")
    latitudes, longitudes = zip(*centres, strict=True)
    return BoundingBox(
        min(longitudes) - 2 * MUNICIPALITY_MARGIN_DEGREES,
        min(latitudes) - MUNICIPALITY_MARGIN_DEGREES,
        max(longitudes) + 2 * MUNICIPALITY_MARGIN_DEGREES,
        max(latitudes) + MUNICIPALITY_MARGIN_DEGREES,
    )


def municipality_labels() -> list[tuple[str, float, float, int]]:
    """(name, latitude, longitude, number of locations) of every municipality, for labels on the map."""
    return [
        (place.name, round(place.latitude, 3), round(place.longitude, 3), place.location_count)
        for place in Municipality.objects.with_location_counts()
    ]
