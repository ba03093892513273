"""Official areas with official codes (Statistics Finland, classification of municipalities 2026)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.core.collation import alphabetical


class WellbeingCounty(models.Model):
    """A wellbeing services county; Helsinki and Åland are included with codes of their own."""

    code = models.CharField(_("code"), primary_key=True, max_length=2)
    name = models.CharField(_("name"), max_length=100)
    latitude = models.FloatField(_("latitude"), help_text=_("WGS84 degrees"))
    longitude = models.FloatField(_("longitude"), help_text=_("WGS84 degrees"))

    class Meta:
        verbose_name = _("wellbeing services county")
        verbose_name_plural = _("wellbeing services counties")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def alphabetical(self) -> "MunicipalityQuerySet":
        """Order by the name in the active language, alphabetically as in Finnish."""
        return self.order_by(alphabetical("name"))

    def with_location_counts(self) -> "MunicipalityQuerySet":
        """Annotate `location_count`, the number of service locations in use, and order by it, highest first."""
        in_use = models.Count("locations", filter=models.Q(locations__archived=False))
        return self.annotate(location_count=in_use).order_by("-location_count", alphabetical("name"))


class Municipality(models.Model):
    """A municipality with its official three-digit code."""

    code = models.CharField(_("code"), primary_key=True, max_length=3)
    name = models.CharField(_("name"), max_length=100)
    county = models.ForeignKey(
        WellbeingCounty,
        models.PROTECT,
        related_name="municipalities",
        verbose_name=_("wellbeing services county"),
    )
    latitude = models.FloatField(_("latitude"), help_text=_("WGS84 degrees, a representative point"))
    longitude = models.FloatField(_("longitude"), help_text=_("WGS84 degrees, a representative point"))

    # Annotated by `with_location_counts`.
    location_count: int

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
