"""Convert plane coordinates of Finnish registers to degrees."""

import math
from functools import cache

from pyproj import Transformer

# The extent of Finland in ETRS-TM35FIN (EPSG:3067), in metres, rounded outwards.
MIN_NORTHING, MAX_NORTHING = 6_570_000, 7_785_000
MIN_EASTING, MAX_EASTING = 43_000, 765_000


class CoordinateError(ValueError):
    """The coordinates are not a point in Finland."""


@cache
def _transformer() -> Transformer:
    return Transformer.from_crs("EPSG:3067", "EPSG:4326", always_xy=True)


def to_degrees(northing: float, easting: float) -> tuple[float, float]:
    """Return latitude and longitude (WGS84 degrees, to a centimetre) of a point in ETRS-TM35FIN (metres).

    ETRS89 and WGS84 are treated as equal, as is common in Finland; they differ by less than a metre. Raises
    CoordinateError for numbers that are not finite or not in Finland.
    """
    if not (math.isfinite(northing) and math.isfinite(easting)):
        raise CoordinateError("not a number")
    if not (MIN_NORTHING <= northing <= MAX_NORTHING and MIN_EASTING <= easting <= MAX_EASTING):
        raise CoordinateError(f"N {northing:.0f} E {easting:.0f} is not in Finland")
    longitude, latitude = _transformer().transform(easting, northing)
    return round(latitude, 7), round(longitude, 7)
