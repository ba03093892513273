"""What search reads: rows made at write time from services, so that a request only looks them up.

The rows are derived: `services.indexing.services` makes them and nothing else writes them.
"""

from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
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


class ListingQuerySet(models.QuerySet):
    """Reads of published services by the rows made for search."""

    def on_offer(self, today):
        """Services that have not ended; those that start later accept clients already."""
        return self.filter(not_ended(today))

    def matching(self, plan: QueryPlan, today: date):
        """Listings that match a resolved text query."""
        sql, params = ranking.scores_sql(plan, today)
        return self.filter(pk__in=RawSQL(f"SELECT service_id FROM ({sql}) AS found", params))

    def without_coordinates(self):
        """Services without any place that has a point: they come, help at a distance or serve a whole area."""
        return self.filter(RawSQL(_WITHOUT_LOCATION_SQL, [], output_field=models.BooleanField()))

    def freshest(self):
        return self.order_by(*_FRESHEST_FIRST)

    def alphabetical(self):
        return self.order_by(alphabetical("name"), "pk")

    def for_age(self, years: int):
        return self.filter(age_min__lte=years, age_max__gte=years)

    def from_other_sectors(self, listing, dimensions: tuple[str, ...], *, per_sector: int):
        """Services of other sectors that share a category of `dimensions` and an area; most shared first.

        At most `per_sector` of each sector, so that none crowds out the others.
        """
        tags = [facet for facet in listing.facets if facet.split(":")[0] in dimensions]
        areas = [facet for facet in listing.facets if facet.startswith("municipality:")]
        sector = [facet for facet in listing.facets if facet.startswith("sector:")]
        nearby = Q() if NATIONWIDE in listing.facets else Q(facets__overlap=[*areas, NATIONWIDE])
        shared = RawSQL(
            "SELECT count(*) FROM unnest(services_listing.facets) AS tag WHERE tag = ANY(%s)",
            [tags],
            output_field=models.IntegerField(),
        )
        return (
            self.filter(nearby, facets__overlap=tags)
            .exclude(facets__overlap=sector)
            .annotate(shared=shared)
            .annotate(
                place=Window(
                    RowNumber(),
                    partition_by="service__organisation__sector",
                    order_by=["-shared", *_FRESHEST_FIRST],
                )
            )
            .filter(place__lte=per_sector)
            .order_by("-shared", *_FRESHEST_FIRST)
        )

    def counts(self, conditions: dict[str, list[Q]]) -> dict[str, list[int]]:
        """The number of listings that meet each condition, in one statement."""
        asked = {
            f"{name}_{number}": Count("pk", filter=condition)
            for name, group in conditions.items()
            for number, condition in enumerate(group)
        }
        found = self.aggregate(**asked) if asked else {}
        return {name: [found[f"{name}_{number}"] for number in range(len(group))] for name, group in conditions.items()}

    def facet_counts(self, asked: "FacetSearch") -> dict[str, int]:
        """How many listings carry each token, under all selections but those of the token's own dimension.

        Where values narrow each other (all that are ticked must hold), the own dimension's selection counts too.
        One statement, whatever the number of dimensions. The key "" holds the total under all selections.
        Municipalities and counties are left out: no facet lists them.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                *counting.facet_counts_sql(asked.conditions(), asked.multi_choice_dimensions, asked.matching())
            )
            return {token: number for token, number, *_of_page in cursor.fetchall()}

    def ranked_page(
        self, asked: "FacetSearch", *, page: int, size: int
    ) -> tuple[dict[str, int], list[tuple[int, float]]]:
        """Facet counts of a text query, and (id, score) of a page of it, best match first, then the freshest.

        One statement, as finding is costly. A page beyond the last is the last.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                *counting.facet_counts_sql(
                    asked.conditions(), asked.multi_choice_dimensions, asked.matching(), page=(page, size)
                )
            )
            rows = cursor.fetchall()
        counts = {token: number for token, number, place, _score in rows if not place}
        found = sorted((place, pk, score) for _token, pk, place, score in rows if place)
        return counts, [(pk, score) for _place, pk, score in found]


@dataclass(frozen=True)
class FacetSearch:
    """A search as it is counted: conditions over tokens by dimension, and what else listings must meet."""

    selections: dict[str, Q]
    today: date
    age: int | None = None
    plan: QueryPlan | None = None
    # Dimensions in which all selected values must match.
    narrowing: frozenset[str] = frozenset()

    @property
    def multi_choice_dimensions(self) -> list[str]:
        """Dimensions in which any of the selected values matches."""
        return [dimension for dimension in self.selections if dimension not in self.narrowing]

    def matching(self) -> tuple[str, list] | None:
        """SQL and parameters of the text query; None without text."""
        return None if self.plan is None else ranking.scores_sql(self.plan, self.today)

    def conditions(self) -> ListingConditions:
        found = ListingConditions()
        found.on_offer(self.today)
        if self.age is not None:
            found.for_age(self.age)
        for dimension, condition in self.selections.items():
            for lookup, tokens in condition.children:
                if lookup == "facets__overlap":
                    found.require_any(dimension, tokens)
                else:
                    for wanted in tokens:
                        found.require_any(f"{dimension} {wanted}", [wanted])
        return found


_WITHOUT_LOCATION_SQL = """NOT EXISTS (
  SELECT FROM services_service_locations AS link
  JOIN services_servicelocation AS place ON place.id = link.servicelocation_id
  WHERE link.service_id = services_listing.service_id AND NOT place.archived AND place.latitude IS NOT NULL
)"""
_FRESHEST_FIRST = (F("assured_at").desc(nulls_last=True), "pk")


def has_facet(dimension: str, values: list[str], *, every: bool = False) -> Q:
    """Listings with any (or every) of the values of a dimension."""
    tokens = [token(dimension, value) for value in values]
    return Q(facets__contains=tokens) if every else Q(facets__overlap=tokens)


class Listing(models.Model):
    """One row per published service: everything that filters and facets need.

    `facets` holds tokens such as "sector:ngo", "category:separation" (with all its ancestors) or
    "municipality:092" (also for services of the whole county); see `services.search.facets`. Services of the same
    name are of a `kind` (`services.search.terms.name_fingerprint`): what speaks for one of them speaks for the others.
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
    # From this day on it is ranked lower.
    unconfirmed_from = models.DateField()
    name_fi = models.TextField()
    name_sv = models.TextField()
    name_en = models.TextField()

    objects = ListingQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["facets"], name="listing_facets"),
            # The sort orders of pages of results.
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
    """A bit for each id of a block; only SQL reads and writes them."""

    def db_type(self, connection) -> str:
        return f"bit({BLOCK_SIZE})"


class FacetBits(models.Model):
    """Which listings of a block of ids carry a token, one bit each; kept by triggers of `Listing`'s table.

    Besides the tokens of `facets` there are "listed:yes", "age_min:00007", "age_max:00017" and
    "valid_until:2026-12-31".
    """

    pk = models.CompositePrimaryKey("token", "block")
    # Compared as ranges, whatever the database's own order is.
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
