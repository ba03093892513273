"""Rows of published services for filters and facets, derived when a service is written.

Only `services.indexing.services` writes them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self, cast

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, F, Q, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import RowNumber

from organisations.core.collation import alphabetical
from services.search import facet_counts as counting
from services.search import ranking
from services.search.analysis import LANGUAGES
from services.search.facet_counts import BLOCK_SIZE, UNCOUNTED_DIMENSIONS, ListingConditions
from services.search.facets import NATIONWIDE, token
from services.search.ranking import QueryPlan

from .service import not_ended


class ListingQuerySet(models.QuerySet["Listing"]):
    """Queries of published services by their derived rows."""

    def on_offer(self, today: date) -> Self:
        """Services that have not ended; those that start later are included, as they accept people already."""
        return self.filter(not_ended(today))

    def matching(self, plan: QueryPlan, today: date) -> Self:
        """Services that match a resolved text query."""
        sql, params = ranking.scores_sql(plan, today)
        return self.filter(pk__in=RawSQL(f"SELECT service_id FROM ({sql}) AS scored", params))

    def without_coordinates(self) -> Self:
        """Services without a location on the map, which visit clients, help remotely or serve a whole area."""
        return self.filter(RawSQL(_WITHOUT_LOCATION_SQL, [], output_field=models.BooleanField()))

    def freshest(self) -> Self:
        """Order by the last confirmation, latest first."""
        return self.order_by(*_FRESHEST_FIRST)

    def alphabetical(self) -> Self:
        """Order by name in Finnish alphabetical order."""
        return self.order_by(alphabetical("name"), "pk")

    def for_age(self, years: int) -> Self:
        """Services for people of this age."""
        return self.filter(age_min__lte=years, age_max__gte=years)

    def from_other_sectors(
        self, listings: Iterable["Listing"], dimensions: tuple[str, ...], *, per_sector: int, area: str = ""
    ) -> Self:
        """Services of other sectors that share an area and categories of `dimensions`; those that share most first.

        At most `per_sector` of each sector, so that all sectors are represented. The area is a token of a municipality,
        or without one those of the listings that do not serve the whole country.
        """
        facet_sets = [listing.facets for listing in listings]
        facets = {facet for facet_set in facet_sets for facet in facet_set}
        tags = [facet for facet in facets if facet.split(":")[0] in dimensions]
        sector = [facet for facet in facets if facet.startswith("sector:")]
        local = [facet_set for facet_set in facet_sets if NATIONWIDE not in facet_set]
        areas = [area] if area else [facet for facet_set in local for facet in facet_set if _is_municipality(facet)]
        return (
            self.sharing(tags, [*areas, NATIONWIDE] if area or local else [])
            .exclude(facets__overlap=sector)
            .annotate(
                rank=Window(
                    RowNumber(),
                    partition_by="service__organisation__sector",
                    order_by=["-shared", *_FRESHEST_FIRST],
                )
            )
            .filter(rank__lte=per_sector)
            .order_by("-shared", *_FRESHEST_FIRST)
        )

    def sharing(self, tags: Collection[str], areas: Collection[str]) -> Self:
        """Services with any of the tags, in any of the areas if there are any; most tags (`shared`) first."""
        shared = RawSQL(
            "SELECT count(*) FROM unnest(services_listing.facets) AS tag WHERE tag = ANY(%s)",
            [list(tags)],
            output_field=models.IntegerField(),
        )
        nearby = Q(facets__overlap=list(areas)) if areas else Q()
        sharing = self.filter(nearby, facets__overlap=list(tags)).annotate(shared=shared)
        return sharing.order_by("-shared", *_FRESHEST_FIRST)

    def counts(self, conditions: dict[str, list[Q]]) -> dict[str, list[int]]:
        """Return the number of listings that meet each condition, in one statement."""
        counts = {
            f"{name}_{number}": Count("pk", filter=condition)
            for name, group in conditions.items()
            for number, condition in enumerate(group)
        }
        numbers = self.aggregate(**counts) if counts else {}
        return {
            name: [numbers[f"{name}_{number}"] for number in range(len(group))] for name, group in conditions.items()
        }

    def facet_counts(self, search: "FacetSearch") -> dict[str, int]:
        """Return the number of listings with each token under the selections of all other dimensions.

        In dimensions in which all chosen values must match, their own selection applies too. The key "" has the total
        under all selections. Tokens of municipalities and counties are left out, as no facet lists them. One statement.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                *counting.facet_counts_sql(search.conditions(), search.multi_choice_dimensions, search.matching())
            )
            return {token: count for token, count, *_of_page in cursor.fetchall()}

    def ranked_page(
        self, search: "FacetSearch", *, page: int, size: int
    ) -> tuple[dict[str, int], list[tuple[int, float]]]:
        """Return facet counts, and (id, score) of a page, by score and then by the last confirmation.

        A page beyond the last is the last. One statement, so that matches are computed once.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                *counting.facet_counts_sql(
                    search.conditions(), search.multi_choice_dimensions, search.matching(), page=(page, size)
                )
            )
            rows = cursor.fetchall()
        counts = {token: count for token, count, position, _score in rows if not position}
        matches = sorted((position, pk, score) for _token, pk, position, score in rows if position)
        return counts, [(pk, score) for _position, pk, score in matches]


@dataclass(frozen=True)
class FacetSearch:
    """A search with facet counts: selected tokens by dimension, and further conditions on listings."""

    selections: dict[str, Q]
    today: date
    age: int | None = None
    plan: QueryPlan | None = None
    # Dimensions in which all chosen values must match.
    match_all_dimensions: frozenset[str] = frozenset()

    @property
    def multi_choice_dimensions(self) -> list[str]:
        """Dimensions in which another value could be chosen instead."""
        return [dimension for dimension in self.selections if dimension not in self.match_all_dimensions]

    def matching(self) -> tuple[str, list] | None:
        """Return SQL and parameters of (service_id, score) of the matches of the text; None without a text."""
        return None if self.plan is None else ranking.scores_sql(self.plan, self.today)

    def conditions(self) -> ListingConditions:
        """Return the conditions on tokens by which listings are counted."""
        conditions = ListingConditions()
        conditions.on_offer(self.today)
        if self.age is not None:
            conditions.for_age(self.age)
        for dimension, condition in self.selections.items():
            for child in condition.children:
                # Selections consist of lookups, see `has_facet`.
                lookup, tokens = cast(tuple[str, list[str]], child)
                if lookup == "facets__overlap":
                    conditions.require_any(dimension, tokens)
                else:
                    for value in tokens:
                        conditions.require_any(f"{dimension} {value}", [value])
        return conditions


def _is_municipality(facet: str) -> bool:
    return facet.startswith("municipality:")


_WITHOUT_LOCATION_SQL = """NOT EXISTS (
  SELECT FROM services_service_locations AS link
  JOIN services_servicelocation AS place ON place.id = link.servicelocation_id
  WHERE link.service_id = services_listing.service_id AND NOT place.archived AND place.latitude IS NOT NULL
)"""
_FRESHEST_FIRST = (F("assured_at").desc(nulls_last=True), "pk")


def has_facet(dimension: str, values: list[str], *, every: bool = False) -> Q:
    """Return the condition that a listing has any (or every) of the values of a dimension."""
    tokens = [token(dimension, value) for value in values]
    return Q(facets__contains=tokens) if every else Q(facets__overlap=tokens)


class Listing(models.Model):
    """A row per published service with the values that filters and facets need.

    `facets` holds tokens (`services.search.facets`) such as "sector:ngo", "theme:separation" (with all its ancestors)
    or "municipality:092" (also for services of the whole county). Services of the same name have the same `kind`, the
    fingerprint of the name (`services.search.terms.name_fingerprint`); they share their scores in text searches.
    """

    service = models.OneToOneField("services.Service", models.CASCADE, primary_key=True, related_name="listing")
    kind = models.BigIntegerField()
    # From 0 to 1; see `services.content.completeness`.
    completeness = models.FloatField()
    facets = ArrayField(models.TextField())
    age_min = models.PositiveSmallIntegerField()
    age_max = models.PositiveSmallIntegerField()
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    assured_at = models.DateTimeField(null=True)
    # From this day on the service ranks lower.
    unconfirmed_from = models.DateField()
    name_fi = models.TextField()
    name_sv = models.TextField()
    name_en = models.TextField()

    objects = ListingQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["facets"], name="listing_facets"),
            # The sort orders of result pages.
            models.Index(models.F("assured_at").desc(nulls_last=True), "service", name="listing_by_freshness"),
            *(
                models.Index(alphabetical("name", language), "service", name=f"listing_by_name_{language}")
                for language in LANGUAGES
            ),
            models.Index(fields=["kind"], name="listing_kind"),
        ]

    def __str__(self) -> str:
        return f"listing of {self.service_id}"


class BitField(models.Field):
    """A bit for each id of a block; read and written by SQL only."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return f"bit({BLOCK_SIZE})"


class FacetBits(models.Model):
    """A bit for each id of a block: whether the listing has a token. Triggers of the table of `Listing` maintain it.

    Tokens are those of `facets`, and "listed:yes", "age_min:00007", "age_max:00017" and "valid_until:2026-12-31".
    """

    pk = models.CompositePrimaryKey("token", "block")
    # Compared as ranges, so the order must not depend on the database's collation.
    token = models.TextField(db_collation="C")
    block = models.IntegerField()
    dimension = models.TextField()
    bits = BitField()

    class Meta:
        indexes = [
            models.Index(
                fields=["block"], condition=~models.Q(dimension__in=UNCOUNTED_DIMENSIONS), name="facet_bits_counted"
            )
        ]

    def __str__(self) -> str:
        return f"{self.token} of block {self.block}"
