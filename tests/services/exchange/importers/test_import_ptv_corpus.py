"""Real services, where they are at hand: the figures that an import must hold.

The corpus is not part of this repository; it is read from ../shared/data where that folder is there.
"""

import json
import math
import resource
import time
from itertools import pairwise
from pathlib import Path

import pytest

from organisations.models import Organisation
from services.models import Listing, Service, ServiceLocation

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
CORPUS = DATA / "ptv" / "corpus"
BOUNDARIES = DATA / "geo" / "municipalities_2025_statfin4500k.geojson"
# The boundaries are drawn for maps of 1:4,500,000, where a kilometre is a quarter of a millimetre: Kauniainen
# is a hexagon of five times its real size that lies over some of Espoo.
COARSENESS_METRES = 1_000
MEGABYTE = 1024

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus of real services at {CORPUS}"),
]


def test_the_corpus_is_imported_in_time_and_a_second_run_changes_nothing(import_run):
    began = time.process_time()
    output = import_run(CORPUS)
    # Nearly all of the time is this process computing; the clock on the wall also counts whatever else the
    # machine is doing, and would fail a busy one.
    seconds = time.process_time() - began
    assert "organisations: 8 new, 0 changed, 0 unchanged, 0 gone" in output
    assert "locations: 85 new, 0 changed, 0 unchanged, 0 gone" in output
    assert "services: 3205 new, 0 changed, 0 unchanged, 0 gone" in output
    assert (Organisation.objects.published().count(), Service.objects.published().count()) == (8, 3205)
    assert Listing.objects.count() == 3205
    assert seconds < 90
    # The most that this process ever took, whatever other tests ran before.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 600 * MEGABYTE

    again = import_run(CORPUS)
    assert "organisations: 0 new, 0 changed, 8 unchanged, 0 gone" in again
    assert "locations: 0 new, 0 changed, 85 unchanged, 0 gone" in again
    assert "services: 0 new, 0 changed, 3205 unchanged, 0 gone" in again
    assert "Nothing has changed." in again

    check_places(json.loads(BOUNDARIES.read_text("utf-8")))


def check_places(boundaries):
    """Every place lies in its municipality."""
    polygons = {feature["properties"]["code"]: polygons_of(feature["geometry"]) for feature in boundaries["features"]}
    places = ServiceLocation.objects.all()
    assert len(places) == 85
    inside = {
        place.pk for place in places if contains(polygons[place.municipality_id], place.longitude, place.latitude)
    }
    assert len(inside) >= 80
    for place in places:
        if place.pk not in inside:
            distance = metres_to(polygons[place.municipality_id], place.longitude, place.latitude)
            assert distance < COARSENESS_METRES, place.name_fi


def polygons_of(geometry: dict) -> list:
    """Polygons as lists of rings, the first of which is the outer one."""
    return [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]


def contains(polygons: list, x: float, y: float) -> bool:
    return any(
        crosses_odd(rings[0], x, y) and not any(crosses_odd(hole, x, y) for hole in rings[1:]) for rings in polygons
    )


def crosses_odd(ring: list, x: float, y: float) -> bool:
    """Whether a ray to the east crosses the ring an odd number of times."""
    inside = False
    for (ax, ay, *_), (bx, by, *_) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def metres_to(polygons: list, x: float, y: float) -> float:
    """The distance to the nearest edge; the earth is flat enough over a few kilometres."""
    east, north = 111_320 * math.cos(math.radians(y)), 111_320

    def to_edge(a, b):
        ax, ay, bx, by = (a[0] - x) * east, (a[1] - y) * north, (b[0] - x) * east, (b[1] - y) * north
        length = (bx - ax) ** 2 + (by - ay) ** 2
        part = max(0.0, min(1.0, -(ax * (bx - ax) + ay * (by - ay)) / length)) if length else 0.0
        return math.hypot(ax + part * (bx - ax), ay + part * (by - ay))

    return min(to_edge(a, b) for rings in polygons for ring in rings for a, b in pairwise(ring))
