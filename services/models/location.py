"""Where a service is given."""

import uuid

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.core.fields import ChoicesField
from organisations.models import ExternalReference, PhoneNumber
from services.querysets import LocationQuerySet

from .choices import PlaceFact


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
            # What lies in a part of the map.
            GistIndex(
                models.Func("longitude", "latitude", function="point"),
                name="location_on_map",
                condition=models.Q(archived=False),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                # A comparison with NULL is no refusal, so half a point is refused in so many words.
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
