"""The map of a search: request parameters, points and clusters as GeoJSON, and the list of locations."""

import datetime as dt
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
# Services without a location that are shown.
MAX_UNMAPPED_SERVICES = 20
# Ranked results among which services without a location are searched.
MAX_RANKED_SERVICES = 1000
# Degrees: zooming in cannot separate locations closer than this.
SAME_BUILDING_DEGREES = 0.00005
FINLAND_BOUNDS = BoundingBox(19.5, 59.7, 31.6, 70.1)
# Degrees of latitude around the centre of a municipality without locations.
MUNICIPALITY_MARGIN_DEGREES = 0.12


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


def feature_collection(filters: Filters, today: dt.date, box: BoundingBox, zoom: int) -> dict:
    """The locations within the bounds as a GeoJSON FeatureCollection of points and clusters.

    Foreign members: `places` (number of locations) and `summary` (the same as text).
    """
    zoom = _limit_zoom(box, zoom)
    cells = ServiceLocation.objects.map_cells(filters.matching_listings(today), box, zoom)
    location_count = sum(cell.places for cell in cells)
    return {
        "type": "FeatureCollection",
        "features": [_cell_feature(cell, zoom, filters.reference_data.municipalities) for cell in cells],
        "places": location_count,
        "summary": location_count_text(location_count),
    }


def location_count_text(count: int) -> str:
    if not count:
        return _("No places in view")
    return ngettext("%(n)s place in view", "%(n)s places in view", count) % {"n": GroupedInt(count)}


def _limit_zoom(box: BoundingBox, zoom: int) -> int:
    """The highest zoom, at most the requested one, at which the box has at most MAX_CELLS cells."""
    while zoom > 0:
        squares = WORLD_PIXELS * 2**zoom / CELL_PIXELS
        width = (box.east - box.west) / 360 * squares
        height = (_mercator_y(box.south) - _mercator_y(box.north)) * squares
        if (width + 1) * (height + 1) <= MAX_CELLS:
            break
        zoom -= 1
    return zoom


def _mercator_y(latitude: float) -> float:
    """The Web Mercator y of a latitude, from 0 (north) to 1 (south)."""
    latitude = max(-85.0, min(85.0, latitude))
    return 0.5 - math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) / (2 * math.pi)


def _cell_feature(cell: MapCell, zoom: int, municipalities: dict[str, Municipality]) -> dict:
    edges = cell.box
    is_one_building = max(edges.east - edges.west, edges.north - edges.south) < SAME_BUILDING_DEGREES
    # A point opens a list of its locations, a cluster zooms in.
    is_point = cell.places == 1 or is_one_building or zoom == MAX_ZOOM
    area = municipalities[cell.municipality].name if cell.municipality in municipalities else ""
    properties: dict[str, object] = {"places": cell.places, "sectors": cell.sectors}
    if is_point:
        longitude, latitude = cell.longitude, cell.latitude
        label = cell.name if cell.places == 1 else _cell_label(cell.places, area)
        properties |= {"ids": cell.ids, "label": label}
    else:
        longitude, latitude = _bubble_position(cell, zoom)
        label = _("%(places)s: zoom in") % {"places": _cell_label(cell.places, area)}
        properties |= {"box": [edges.west, edges.south, edges.east, edges.north], "label": label}
    return {
        "type": "Feature",
        "id": f"p{cell.ids[0]}" if is_point else f"z{zoom}/{cell.x}/{cell.y}",
        "geometry": {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]},
        "properties": properties,
    }


def _cell_label(location_count: int, area: str) -> str:
    count_text = ngettext("%(n)s place", "%(n)s places", location_count) % {"n": GroupedInt(location_count)}
    return f"{area}, {count_text}" if area else count_text


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


def facet_counts_and_unmapped_services(filters: Filters, today: dt.date) -> tuple[dict[str, int], list[int], int]:
    """Facet counts, ids of the first services without a location, and the number of such services."""
    search = filters.facet_search(today)
    if filters.sort_order == "relevance":
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
    unmapped_listings = filters.ordered_listings(today).without_coordinates().annotate(total=Window(Count("*")))
    rows = list(unmapped_listings.values_list("pk", "total")[:MAX_UNMAPPED_SERVICES])
    return counts, [pk for pk, _total in rows], rows[0][1] if rows else 0


@dataclass
class MapLocation:
    """A location with its first matching services; `unlisted_count` is the number of the others."""

    location: ServiceLocation
    services: list[Service]
    unlisted_count: int


def search_locations(
    filters: Filters, today: dt.date, box: BoundingBox | None, ids: list[int] | None = None
) -> LocationMatches:
    """The locations to list: those within the bounds, or a page of all."""
    page = 1 if box else filters.page
    near = None if box or ids else area_municipality_codes(filters)
    listings = filters.matching_listings(today)
    return ServiceLocation.objects.location_matches(
        listings, box=box, ids=ids, near=near, page=page, size=LOCATIONS_PER_PAGE
    )


def locations_by_municipality(matches: LocationMatches) -> list[tuple[Municipality | None, list[MapLocation]]]:
    """The locations grouped by municipality, in the order of the page."""
    locations = ServiceLocation.objects.select_related("municipality").in_bulk([match.pk for match in matches.page])
    service_ids = {pk for match in matches.page for pk in match.services}
    services_by_id = Service.objects.select_related("organisation").in_bulk(service_ids)
    groups: list[tuple[Municipality | None, list[MapLocation]]] = []
    for match in matches.page:
        location = locations[match.pk]
        services = [services_by_id[pk] for pk in match.services if pk in services_by_id]
        services.sort(key=lambda service: service.name)
        if not groups or groups[-1][0] != location.municipality:
            groups.append((location.municipality, []))
        groups[-1][1].append(MapLocation(location, services, match.count - len(services)))
    return groups


def area_municipality_codes(filters: Filters) -> list[str] | None:
    """Codes of the municipalities in the area of the search; None without an area."""
    if not filters.area:
        return None
    dimension, code = filters.area
    if dimension == "municipality":
        return [code]
    return [pk for pk, municipality in filters.reference_data.municipalities.items() if municipality.county_id == code]


def initial_bounds(matches: LocationMatches, filters: Filters) -> BoundingBox:
    """The initial bounds: all matching locations, or else the area of the search, or else Finland."""
    if matches.box:
        return matches.box
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
        (area.name, round(area.latitude, 3), round(area.longitude, 3), area.location_count)
        for area in Municipality.objects.with_location_counts()
    ]
