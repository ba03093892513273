"""A provider of services, whichever sector it belongs to."""

import uuid

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from stdnum.fi import ytunnus

from organisations.core import freshness
from organisations.core.collation import alphabetical, in_turn
from organisations.querysets import OrganisationQuerySet

from .base import Area, ExternalReference, PhoneNumber, Stewarded, published_needs_a_name


def validate_business_id(value: str) -> None:
    """Finnish business ID (Y-tunnus) with its check digit. Raises ValidationError."""
    if not ytunnus.is_valid(value):
        raise ValidationError(_("This is not a valid business ID (for example 1234567-1)."), code="business_id")


class Sector(models.TextChoices):
    COUNTY = "county", _("wellbeing services county")
    MUNICIPALITY = "municipality", _("municipality")
    NGO = "ngo", _("NGO")
    PARISH = "parish", _("parish")
    STATE = "state", _("state")
    COMPANY = "company", _("company")


# UNION leaves out what is there already, so a circle ends.
_ABOVE = """
WITH RECURSIVE above (id) AS (
    SELECT %s::bigint
    UNION
    SELECT o.parent_id FROM organisations_organisation o JOIN above ON o.id = above.id WHERE o.parent_id IS NOT NULL
)
SELECT id FROM above
"""


class Organisation(Stewarded, Area):
    """An NGO, county, municipality, parish, state office or company that offers services."""

    public_id = models.UUIDField(_("public identifier"), default=uuid.uuid4, unique=True, editable=False)
    sector = models.CharField(_("sector"), max_length=12, choices=Sector)
    name = models.CharField(_("name"), max_length=200)
    abbreviation = models.CharField(_("abbreviation"), max_length=30, blank=True)
    description = models.TextField(_("what it does"), blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent organisation"),
        help_text=_("For example the national association of a local one."),
    )
    business_id = models.CharField(_("business ID"), max_length=9, blank=True, validators=[validate_business_id])
    website = models.URLField(_("website"), max_length=500, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_demo = models.BooleanField(
        _("demonstration content"), default=False, help_text=_("Invented; marked as such on every page.")
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name_fi", "pk"]
        # The public list, a page at a time; the order of names is another in each language.
        indexes = [
            models.Index(
                in_turn("sector", Sector.values),
                alphabetical("name", language),
                "id",
                condition=models.Q(status="published"),
                name=f"organisation_list_{language}",
            )
            for language in ("fi", "sv", "en")
        ]
        constraints = [
            published_needs_a_name(),
            models.CheckConstraint(
                condition=models.Q(business_id="") | models.Q(business_id__regex=r"^[0-9]{7}-[0-9]$"),
                name="organisation_business_id_shape",
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("pk")),
                name="organisation_not_its_own_parent",
            ),
            models.CheckConstraint(condition=models.Q(sector__in=Sector.values), name="organisation_sector_is_known"),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    def clean(self) -> None:
        ancestor, seen = self.parent, {self.pk}
        while ancestor is not None:
            if ancestor.pk in seen:
                raise ValidationError({"parent": _("An organisation cannot be above itself.")})
            seen.add(ancestor.pk)
            ancestor = ancestor.parent

    def ancestor_ids(self) -> list[int]:
        """Numbers of the organisations above this one, in one query."""
        if self.parent_id is None:
            return []
        with connection.cursor() as cursor:
            cursor.execute(_ABOVE, [self.parent_id])
            return [row[0] for row in cursor.fetchall()]

    @property
    def confirm_every(self) -> int:
        return freshness.MONTHS[self.sector]

    def get_absolute_url(self) -> str:
        return reverse("profiles:organisation", args=[self.pk, slugify(self.name) or "-"])


class OrganisationPhone(PhoneNumber):
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="phones", verbose_name=_("organisation")
    )


class OrganisationReference(ExternalReference):
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="references", verbose_name=_("organisation")
    )
