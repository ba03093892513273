"""Locations of services, and the queries of the map."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.indexes import GistIndex
from django.db import connection, models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from organisations.core.collation import FOLDED_CHARACTERS, FOLDED_REPLACEMENTS, alphabetical
from organisations.core.fields import ChoicesField
from organisations.models import ExternalReference, PhoneNumber
from services.search.analysis import LANGUAGES

from .choices import PlaceFact

if TYPE_CHECKING:
    from .listing import Listing

# Width and height in pixels of the squares of the map in which locations are clustered.
CELL_PIXELS = 72
# Width in pixels of the world at zoom 0.
WORLD_PIXELS = 256
# Maximum number of returned ids of locations in a square, and of services at a location.
MAX_LOCATION_IDS, MAX_SERVICE_IDS = 40, 12


@dataclass(frozen=True)
class BoundingBox:
    """An area of the map, in WGS84 degrees."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class MapCell:
    """The locations in one square of the map: their centre in WGS84 degrees, and their bounding box."""

    x: int
    y: int
    places: int
    latitude: float
    longitude: float
    box: BoundingBox
    # The alphabetically first name, in the reader's language.
    name: str
    # The code of the municipality with most of the locations.
    municipality: str | None
    sectors: list[str]
    ids: list[int]


@dataclass(frozen=True)
class LocationMatch:
    """A location with the ids of its first matching services, and the number of all of them."""

    pk: int
    services: list[int]
    count: int


@dataclass(frozen=True)
class LocationMatches:
    """A page of locations, the total number, and their bounding box; None if there are no locations."""

    page: list[LocationMatch]
    total: int
    box: BoundingBox | None


class LocationQuerySet(models.QuerySet["ServiceLocation"]):
    def in_use(self) -> Self:
        return self.filter(archived=False)

    def for_page(self) -> Self:
        """Locations in use with hours and phones, in Finnish alphabetical order."""
        return self.in_use().for_editors()

    def for_editors(self) -> Self:
        """Like `for_page`, including archived locations."""
        locations = self.select_related("municipality").prefetch_related("schedules", "schedule_exceptions", "phones")
        return locations.order_by(alphabetical("name"), "pk")

    def map_cells(self, listings: models.QuerySet[Listing], box: BoundingBox, zoom: int) -> list[MapCell]:
        """Return the locations of listings in an area, clustered by squares, from the north-west. One statement."""
        visible, params = _visible_locations_sql(listings, box)
        squares = WORLD_PIXELS * 2**zoom / CELL_PIXELS
        with connection.cursor() as cursor:
            cursor.execute(_CELLS_SQL.format(visible=visible), [*params, MAX_LOCATION_IDS, squares, squares])
            return [
                MapCell(x, y, count, latitude, longitude, BoundingBox(west, south, east, north), *others)
                for x, y, count, latitude, longitude, west, south, east, north, *others in cursor.fetchall()
            ]

    def location_matches(
        self,
        listings: models.QuerySet[Listing],
        *,
        box: BoundingBox | None = None,
        ids: Iterable[int] | None = None,
        near: Iterable[str] | None = None,
        page: int = 1,
        size: int = 50,
    ) -> LocationMatches:
        """Return a page of the locations of listings by municipality and name; a page beyond the last is the last.

        `box` or `ids` restrict the locations. The box of the result covers those in the municipalities `near` (codes),
        or all. One statement.
        """
        visible, params = _visible_locations_sql(listings, box, ids)
        codes = None if near is None else list(near)
        with connection.cursor() as cursor:
            cursor.execute(
                _LOCATION_MATCHES_SQL.format(
                    visible=visible, municipality=_name_sql("municipality"), max_services=MAX_SERVICE_IDS
                ),
                [
                    *params,
                    codes,
                    codes,
                    FOLDED_CHARACTERS,
                    FOLDED_REPLACEMENTS,
                    FOLDED_CHARACTERS,
                    FOLDED_REPLACEMENTS,
                    size,
                    page - 1,
                    size,
                    size,
                    size,
                ],
            )
            rows = cursor.fetchall()
        if not rows:
            return LocationMatches([], 0, None)
        _pk, _services, _count, total, west, south, east, north = rows[0]
        return LocationMatches(
            [LocationMatch(pk, services, count) for pk, services, count, *_totals in rows],
            total,
            BoundingBox(west, south, east, north) if west is not None else None,
        )


def _name_sql(table: str) -> str:
    language = next(code for code in (get_language() or "fi", "fi") if code in LANGUAGES)
    return f"coalesce(nullif({table}.name_{language}, ''), {table}.name_fi)"


def _visible_locations_sql(
    listings: models.QuerySet[Listing], box: BoundingBox | None, ids: Iterable[int] | None = None
) -> tuple[str, list[Any]]:
    """Return SQL and parameters of locations with coordinates, and of the listed services at each."""
    services, service_params = listings.order_by().values("pk").query.sql_with_params()
    conditions: list[str] = []
    params: list[Any] = []
    if box:
        conditions.append("point(location.longitude, location.latitude) <@ box(point(%s, %s), point(%s, %s))")
        params += [box.west, box.south, box.east, box.north]
    if ids is not None:
        conditions.append("location.id = ANY(%s)")
        params.append(list(ids))
    where = " AND ".join(["location.latitude IS NOT NULL", *conditions])
    return _VISIBLE_LOCATIONS_SQL.format(name=_name_sql("location"), where=where, services=services), [
        *params,
        *service_params,
    ]


_VISIBLE_LOCATIONS_SQL = """
SELECT location.id, location.latitude, location.longitude, location.municipality_id, owner.sector, {name} AS name,
       array_agg(link.service_id ORDER BY link.service_id) AS services
FROM services_servicelocation AS location
JOIN organisations_organisation AS owner ON owner.id = location.organisation_id
JOIN services_service_locations AS link ON link.servicelocation_id = location.id
WHERE NOT location.archived AND {where} AND link.service_id IN ({services})
GROUP BY location.id, owner.sector
"""

# Squares of the Web Mercator projection, which ends before the poles.
_CELLS_SQL = """
WITH visible AS ({visible})
SELECT x, y, count(*), avg(latitude), avg(longitude),
       min(longitude), min(latitude), max(longitude), max(latitude),
       coalesce(min(name), ''), mode() WITHIN GROUP (ORDER BY municipality_id), array_agg(DISTINCT sector),
       (array_agg(id ORDER BY id))[1:%s]
FROM (
  SELECT visible.*, floor((longitude + 180) / 360 * %s)::int AS x,
         floor((0.5 - ln(tan(pi() / 4 + radians(greatest(-85, least(85, latitude))) / 2)) / (2 * pi())) * %s)::int AS y
  FROM visible
) AS placed
GROUP BY x, y ORDER BY y, x
"""

_LOCATION_MATCHES_SQL = """
WITH visible AS ({visible}), totals AS (
  SELECT count(*) AS total,
         min(longitude) FILTER (WHERE is_near) AS west, min(latitude) FILTER (WHERE is_near) AS south,
         max(longitude) FILTER (WHERE is_near) AS east, max(latitude) FILTER (WHERE is_near) AS north
  FROM (SELECT *, %s::text[] IS NULL OR coalesce(municipality_id = ANY(%s), FALSE) AS is_near FROM visible) AS located
)
SELECT visible.id, visible.services[1:{max_services}], cardinality(visible.services), totals.*
FROM totals, visible LEFT JOIN organisations_municipality AS municipality ON municipality.code = visible.municipality_id
ORDER BY lower(translate({municipality}, %s, %s)) COLLATE "C" NULLS LAST,
         lower(translate(visible.name, %s, %s)) COLLATE "C", visible.id
LIMIT %s OFFSET (SELECT least(%s * %s, greatest(0, (total - 1) / %s * %s)) FROM totals)
"""


class ServiceLocation(models.Model):
    """An address with opening hours; several services of an organisation may share it."""

    public_id = models.UUIDField(_("public identifier"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", models.CASCADE, related_name="locations", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=200)
    street = models.CharField(_("street address"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=5, blank=True)
    city = models.CharField(_("post office"), max_length=100, blank=True)
    municipality = models.ForeignKey(
        "organisations.Municipality",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="locations",
        verbose_name=_("municipality"),
    )
    latitude = models.FloatField(_("latitude"), null=True, blank=True, help_text=_("WGS84 degrees"))
    longitude = models.FloatField(_("longitude"), null=True, blank=True, help_text=_("WGS84 degrees"))
    by_appointment = models.BooleanField(_("by appointment"), default=False)
    hours_note = models.CharField(_("about the hours"), max_length=300, blank=True)
    accessibility = ChoicesField(
        models.CharField(max_length=30, choices=PlaceFact),
        default=list,
        blank=True,
        verbose_name=_("accessibility"),
    )
    accessibility_note = models.TextField(_("about accessibility"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    archived = models.BooleanField(_("no longer in use"), default=False)

    objects = LocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["name_fi", "pk"]
        indexes = [
            # Locations in an area of the map.
            GistIndex(
                models.Func("longitude", "latitude", function="point"),
                name="location_on_map",
                condition=models.Q(archived=False),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                # A check that evaluates to NULL passes, so a point with one coordinate needs a condition of its own.
                | models.Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="location_point_is_whole_and_on_earth",
            ),
            models.CheckConstraint(
                condition=models.Q(postal_code="") | models.Q(postal_code__regex=r"^[0-9]{5}$"),
                name="location_postal_code_shape",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.street, self.city) if part)


class LocationPhone(PhoneNumber):
    location = models.ForeignKey(ServiceLocation, models.CASCADE, related_name="phones", verbose_name=_("location"))


class LocationReference(ExternalReference):
    location = models.ForeignKey(ServiceLocation, models.CASCADE, related_name="references", verbose_name=_("location"))
