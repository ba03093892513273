"""What search reads: rows made at write time from services, so that a request only looks them up.

The rows are derived: `services.indexing.services` makes them and nothing else writes them.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from organisations.core.collation import alphabetical
from services.querysets import ListingQuerySet
from services.search.analysis import LANGUAGES
from services.search.facet_counts import BLOCK, UNCOUNTED


class Listing(models.Model):
    """One row per published service: everything that filters and facets need.

    `facets` holds tokens such as "sector:ngo", "category:separation" (with all its ancestors) or
    "municipality:092" (also for services of the whole county); see `services.search.facets`. Services of the same
    name are of a `kind` (`services.search.terms.kind`): what speaks for one of them speaks for the others.
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
    # From then on it is found later than others.
    unconfirmed_from = models.DateField()
    name_fi = models.TextField()
    name_sv = models.TextField()
    name_en = models.TextField()

    objects = ListingQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["facets"], name="listing_facets"),
            # The orders in which pages of results are read.
            models.Index(models.F("assured_at").desc(nulls_last=True), "service", name="listing_by_freshness"),
            *(
                models.Index(alphabetical("name", language), "service", name=f"listing_by_name_{language}")
                for language in LANGUAGES
            ),
            models.Index(fields=["kind"], name="listing_kind"),
        ]

    def __str__(self) -> str:
        return f"listing of {self.service_id}"


class Bits(models.Field):
    """A bit for each id of a block; only SQL reads and writes them."""

    def db_type(self, connection) -> str:
        return f"bit({BLOCK})"


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
    bits = Bits()

    class Meta:
        indexes = [
            models.Index(fields=["block"], condition=~models.Q(dimension__in=UNCOUNTED), name="facet_bits_counted")
        ]

    def __str__(self) -> str:
        return f"{self.token} of block {self.block}"
