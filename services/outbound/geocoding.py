"""Geocode addresses by a service with the Pelias API, such as Digitransit's.

See https://github.com/pelias/documentation/blob/master/search.md. Requires the setting GEOCODER.
"""

import json
from dataclasses import dataclass

import httpx
from django.conf import settings

from services import outbound

MAX_POINTS = 5
# In seconds; a member waits for the response.
IDLE_TIMEOUT, TOTAL_TIMEOUT = 3, 6
MAX_RESPONSE_BYTES = 256 * 1024
# Raised while a malformed response is parsed: nested too deep, numbers out of range, missing parts.
MALFORMED_RESPONSE_ERRORS = (ValueError, KeyError, TypeError, OverflowError, RecursionError)
# Bounds of Finland, in WGS84 degrees.
MIN_LATITUDE, MAX_LATITUDE, MIN_LONGITUDE, MAX_LONGITUDE = 59.4, 70.2, 19.0, 31.7


class GeocodingError(Exception):
    """The service does not respond, or its response is malformed."""


@dataclass(frozen=True)
class GeocodedPoint:
    """A matching place, in WGS84 degrees."""

    name: str
    latitude: float
    longitude: float


def is_in_finland(latitude: float, longitude: float) -> bool:
    """Whether a point (WGS84 degrees) lies within the bounds of Finland."""
    return MIN_LATITUDE < latitude < MAX_LATITUDE and MIN_LONGITUDE < longitude < MAX_LONGITUDE


def geocode(address: str, language: str) -> list[GeocodedPoint]:
    """Return at most MAX_POINTS points in Finland, the most likely first, with names in `language` if available.

    Raises GeocodingError.
    """
    key = {"digitransit-subscription-key": settings.GEOCODER_KEY} if settings.GEOCODER_KEY else {}
    query = {"text": address, "size": str(MAX_POINTS), "lang": language}
    try:
        with (
            outbound.http_client(
                idle_timeout=IDLE_TIMEOUT, is_trusted=True, headers={"Accept": "application/json", **key}
            ) as client,
            client.stream("GET", f"{settings.GEOCODER}/search", params=query) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise GeocodingError(f"answered {response.status_code}")
            content = outbound.read_content(response, max_bytes=MAX_RESPONSE_BYTES, total_timeout=TOTAL_TIMEOUT)
        points = [_point(feature) for feature in json.loads(content)["features"]]
    except (httpx.HTTPError, httpx.InvalidURL, outbound.ResponseTooLarge, *MALFORMED_RESPONSE_ERRORS) as error:
        raise GeocodingError(type(error).__name__) from error
    return [point for point in points if is_in_finland(point.latitude, point.longitude)][:MAX_POINTS]


def _point(feature: dict) -> GeocodedPoint:
    longitude, latitude = map(float, feature["geometry"]["coordinates"][:2])
    # JSON may contain lone surrogates, which cannot be encoded in a page.
    label = str(feature["properties"]["label"]).encode(errors="replace").decode()
    return GeocodedPoint(label[:200], latitude, longitude)
