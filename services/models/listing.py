"""What search reads: rows made at write time from services, so that a request only looks them up.

The rows are derived: `services.actions.index` makes them and nothing else writes them.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from services.querysets import ListingQuerySet


class Listing(models.Model):
    """One row per published service: everything that filters and facets need.

    `facets` holds tokens such as "sector:ngo", "category:separation" (with all its ancestors) or
    "municipality:092" (also for services of the whole county); see `services.search.facets`. Services of the same
    name are of a `kind` (`services.search.terms.kind`): what speaks for one of them speaks for the others.
    """

    service = models.OneToOneField("services.Service", models.CASCADE, primary_key=True, related_name="listing")
    kind = models.BigIntegerField()
    # From 0 to 1; see `services.models.completeness`.
    completeness = models.FloatField()
    facets = ArrayField(models.TextField())
    age_min = models.PositiveSmallIntegerField()
    age_max = models.PositiveSmallIntegerField()
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    assured_at = models.DateTimeField(null=True)
    name_fi = models.TextField()
    name_sv = models.TextField()
    name_en = models.TextField()

    objects = ListingQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["facets"], name="listing_facets"),
            models.Index(fields=["-assured_at"], name="listing_freshest"),
            models.Index(fields=["kind"], name="listing_kind"),
        ]

    def __str__(self) -> str:
        return f"listing of {self.service_id}"
