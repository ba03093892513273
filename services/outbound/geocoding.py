"""Points on the map for an address, from a service that speaks Pelias's language, as Digitransit's does.

https://github.com/pelias/documentation/blob/master/search.md; never required: without the setting nobody is asked.
"""

import json
from dataclasses import dataclass

import httpx
from django.conf import settings

from services import outbound

MOST = 5
SILENCE, LONGEST = 3, 6  # seconds, while a member waits
MOST_BYTES = 256 * 1024
# What comes of an answer that is not as it should be: nested too deep, beyond all measure, without its parts.
NONSENSE = (ValueError, KeyError, TypeError, OverflowError, RecursionError)
# Degrees that hold all of Finland.
SOUTH, NORTH, WEST, EAST = 59.4, 70.2, 19.0, 31.7


class GeocoderFailed(Exception):
    """The service does not answer, or not with points."""


@dataclass(frozen=True)
class Point:
    """A place that was found, in WGS84 degrees."""

    name: str
    latitude: float
    longitude: float


def is_in_finland(latitude: float, longitude: float) -> bool:
    return SOUTH < latitude < NORTH and WEST < longitude < EAST


def points_of(address: str, language: str) -> list[Point]:
    """At most five points of Finland, the likeliest first. Raises GeocoderFailed."""
    key = {"digitransit-subscription-key": settings.GEOCODER_KEY} if settings.GEOCODER_KEY else {}
    query = {"text": address, "size": MOST, "lang": language}
    try:
        with (
            outbound.client(silence=SILENCE, named=True, headers={"Accept": "application/json", **key}) as client,
            client.stream("GET", f"{settings.GEOCODER}/search", params=query) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise GeocoderFailed(f"answered {response.status_code}")
            found = json.loads(outbound.content_of(response, max_bytes=MOST_BYTES, seconds=LONGEST))
        points = [_point(feature) for feature in found["features"]]
    except (httpx.HTTPError, httpx.InvalidURL, outbound.TooLarge, *NONSENSE) as error:
        raise GeocoderFailed(type(error).__name__) from error
    return [point for point in points if is_in_finland(point.latitude, point.longitude)][:MOST]


def _point(feature: dict) -> Point:
    longitude, latitude = map(float, feature["geometry"]["coordinates"][:2])
    # JSON may hold halves of characters, which no page can be written with.
    label = str(feature["properties"]["label"]).encode(errors="replace").decode()
    return Point(label[:200], latitude, longitude)
