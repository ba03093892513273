"""Geocode addresses with a Pelias API, such as Digitransit. Optional: without GEOCODER nothing is requested.

https://github.com/pelias/documentation/blob/master/search.md
"""

import json
from dataclasses import dataclass

import httpx
from django.conf import settings

from services import outbound

MAX_POINTS = 5
IDLE_TIMEOUT_SECONDS, TOTAL_TIMEOUT_SECONDS = 3, 6  # seconds, while a member waits
MAX_RESPONSE_BYTES = 256 * 1024
# Raised for malformed responses: too deeply nested, out of range or incomplete.
MALFORMED_RESPONSE_ERRORS = (ValueError, KeyError, TypeError, OverflowError, RecursionError)
# Bounds of Finland in WGS84 degrees.
MIN_LATITUDE, MAX_LATITUDE, MIN_LONGITUDE, MAX_LONGITUDE = 59.4, 70.2, 19.0, 31.7


class GeocodingError(Exception):
    """The service is unavailable or its response is invalid."""


@dataclass(frozen=True)
class GeocodedPoint:
    """A geocoded point in WGS84 degrees."""

    name: str
    latitude: float
    longitude: float


def is_in_finland(latitude: float, longitude: float) -> bool:
    return MIN_LATITUDE < latitude < MAX_LATITUDE and MIN_LONGITUDE < longitude < MAX_LONGITUDE


def geocode(address: str, language: str) -> list[GeocodedPoint]:
    """At most MAX_POINTS points in Finland, best match first. Raises GeocodingError."""
    key = {"digitransit-subscription-key": settings.GEOCODER_KEY} if settings.GEOCODER_KEY else {}
    query = {"text": address, "size": MAX_POINTS, "lang": language}
    try:
        with (
            outbound.http_client(
                silence=IDLE_TIMEOUT_SECONDS, named=True, headers={"Accept": "application/json", **key}
            ) as client,
            client.stream("GET", f"{settings.GEOCODER}/search", params=query) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise GeocodingError(f"answered {response.status_code}")
            collection = json.loads(
                outbound.read_content(response, max_bytes=MAX_RESPONSE_BYTES, seconds=TOTAL_TIMEOUT_SECONDS)
            )
        points = [_point(feature) for feature in collection["features"]]
    except (httpx.HTTPError, httpx.InvalidURL, outbound.ResponseTooLarge, *MALFORMED_RESPONSE_ERRORS) as error:
        raise GeocodingError(type(error).__name__) from error
    return [point for point in points if is_in_finland(point.latitude, point.longitude)][:MAX_POINTS]


def _point(feature: dict) -> GeocodedPoint:
    longitude, latitude = map(float, feature["geometry"]["coordinates"][:2])
    # JSON may contain lone surrogates, which cannot be encoded in a page.
    label = str(feature["properties"]["label"]).encode(errors="replace").decode()
    return GeocodedPoint(label[:200], latitude, longitude)
