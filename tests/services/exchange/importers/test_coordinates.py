"""Plane coordinates of Finnish registers are converted to degrees."""

import math

import pytest

from services.exchange.importers.base.coordinates import CoordinateError, to_degrees


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Good enough for points a few metres apart."""
    latitude = math.radians((one[0] + other[0]) / 2)
    return math.hypot((one[0] - other[0]) * 111_320, (one[1] - other[1]) * 111_320 * math.cos(latitude))


def transverse_mercator(latitude: float, longitude: float) -> tuple[float, float]:
    """Northing and easting (metres) of ETRS-TM35FIN by Krüger's series, without the library under test.

    GRS80, central meridian 27 degrees east, scale 0.9996, false easting 500,000 m.
    """
    axis, flattening = 6_378_137.0, 1 / 298.257222101
    n = flattening / (2 - flattening)
    radius = axis / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    terms = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180,
        13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440,
        61 * n**3 / 240 - 103 * n**4 / 140,
        49561 * n**4 / 161280,
    )
    eccentricity = math.sqrt(2 * flattening - flattening**2)
    phi, lam = math.radians(latitude), math.radians(longitude - 27)
    conformal = math.asinh(math.tan(phi)) - eccentricity * math.atanh(eccentricity * math.sin(phi))
    beta = math.atan(math.sinh(conformal))
    eta = math.atanh(math.cos(beta) * math.sin(lam))
    xi = math.asin(math.sin(beta) * math.cosh(eta))
    north = xi + sum(h * math.sin(2 * k * xi) * math.cosh(2 * k * eta) for k, h in enumerate(terms, 1))
    east = eta + sum(h * math.cos(2 * k * xi) * math.sinh(2 * k * eta) for k, h in enumerate(terms, 1))
    return 0.9996 * radius * north, 500_000 + 0.9996 * radius * east


@pytest.mark.parametrize(
    ("place", "latitude", "longitude"),
    [
        ("Senate Square, Helsinki", 60.16952, 24.95235),
        ("Hanko, the south", 59.80868, 22.91401),
        ("Märket, the west", 60.30110, 19.13110),
        ("Ilomantsi, the east", 62.90880, 31.58680),
        ("Nuorgam, the north", 70.08320, 27.88450),
        ("on the central meridian", 64.0, 27.0),
    ],
)
def test_points_all_over_finland_are_converted_to_a_centimetre(place, latitude, longitude):
    northing, easting = transverse_mercator(latitude, longitude)
    assert metres_between(to_degrees(northing, easting), (latitude, longitude)) < 0.02, place


@pytest.mark.parametrize(
    ("northing", "easting"),
    [
        (0, 0),
        (392950, 6686150),  # the two swapped
        (60.29, 25.04),  # degrees where metres belong
        (6686150, 25392950),  # an older plane system
        (float("nan"), 392950),
        (float("inf"), 392950),
    ],
)
def test_coordinates_outside_finland_are_refused(northing, easting):
    with pytest.raises(CoordinateError):
        to_degrees(northing, easting)
