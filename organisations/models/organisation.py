"""Organisations: providers of services of every sector."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Count, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from stdnum.fi import ytunnus

from organisations.core import freshness
from organisations.core.collation import alphabetical, choice_order

from .area import Municipality
from .base import Area, ExternalReference, PhoneNumber, Stewarded, published_name_constraint

# Minimum trigram similarity of likely duplicates ("Kivivuoren perhetalo ry" and "Kivivuoren perhetalo" have 0.9).
NAME_SIMILARITY_THRESHOLD = 0.5

_NAME_FIELDS = ("name_fi", "name_sv", "name_en", "abbreviation")

# UNION drops rows already present, so the recursion ends even if there is a cycle.
_DESCENDANTS_SQL = """
WITH RECURSIVE below (id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT o.id FROM organisations_organisation o JOIN below ON o.parent_id = below.id
)
SELECT id FROM below
"""


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def published(self) -> "OrganisationQuerySet":
        """Organisations that the public may see."""
        return self.filter(status="published")

    def working_in(self, municipality: Municipality) -> "OrganisationQuerySet":
        """Organisations whose area includes the municipality, directly or by its county. Excludes nationwide ones."""
        by_municipality = self.model.municipalities.through.objects.filter(municipality=municipality)
        by_county = self.model.counties.through.objects.filter(wellbeingcounty=municipality.county_id)
        return self.filter(
            Q(pk__in=by_municipality.values("organisation")) | Q(pk__in=by_county.values("organisation"))
        )

    def unconfirmed_since(self, day: dt.date) -> "OrganisationQuerySet":
        """Not confirmed after the given day, or never."""
        return self.filter(Q(assured_at__isnull=True) | Q(assured_at__date__lte=day))

    def with_admin(self) -> "OrganisationQuerySet":
        """Organisations that have an admin with an active account."""
        return self.filter(memberships__role="admin", memberships__user__is_active=True).distinct()

    def at_or_below(self, *, at: list[int], below: list[int]) -> "OrganisationQuerySet":
        """Organisations with a primary key in `at`, and those in `below` with all their descendants."""
        return self.filter(Q(pk__in=at) | Q(pk__in=RawSQL(_DESCENDANTS_SQL, [below])))

    def for_coordinators_of(self, counties: Iterable[str] | models.QuerySet) -> "OrganisationQuerySet":
        """Organisations of coordinators of these county codes: in a county, without an area, or nationwide."""
        inside = Q(counties__in=counties) | Q(municipalities__county__in=counties)
        without_area = Q(counties__isnull=True, municipalities__isnull=True)
        return self.filter(pk__in=self.model.objects.filter(inside | without_area | Q(nationwide=True)).values("pk"))

    def ready_to_publish(self) -> "OrganisationQuerySet":
        """Drafts with a profile confirmed by members, waiting for a coordinator to publish them."""
        return self.filter(status="draft", assured_at__isnull=False, memberships__isnull=False).distinct()

    def likely_duplicates(self, *, name: str, business_id: str = "", website: str = "") -> "OrganisationQuerySet":
        """Organisations with the same business ID or website host, or a similar name; the most similar first."""
        similarity = Greatest(*(Coalesce(TrigramSimilarity(f"name_{code}", name), 0.0) for code in ("fi", "sv", "en")))
        condition = Q(similarity__gte=NAME_SIMILARITY_THRESHOLD)
        if business_id:
            condition |= Q(business_id=business_id)
        if website:
            url_pattern = rf"^https?://(www\.)?{re.escape(website)}(/|$)"
            condition |= (
                Q(website_fi__iregex=url_pattern)
                | Q(website_sv__iregex=url_pattern)
                | Q(website_en__iregex=url_pattern)
            )
        return self.annotate(similarity=similarity).filter(condition).order_by("-similarity", "pk")

    def with_name_matching(self, pattern: str) -> "OrganisationQuerySet":
        """Those whose name in any language matches a PostgreSQL regular expression, case-insensitively."""
        return self.filter(Q(name_fi__iregex=pattern) | Q(name_sv__iregex=pattern) | Q(name_en__iregex=pattern))

    def with_name_containing(self, text: str) -> "OrganisationQuerySet":
        """Those whose names or abbreviation contain every word of the text, case-insensitively."""
        organisations = self
        for word in text.split():
            organisations = organisations.filter(
                reduce(or_, (Q(**{f"{field}__icontains": word}) for field in _NAME_FIELDS))
            )
        return organisations

    def with_service_count(self, today: dt.date) -> "OrganisationQuerySet":
        """Annotate `service_count`, the number of published services that have not ended."""
        on_offer = Q(services__status="published") & ~Q(services__valid_until__lt=today)
        return self.annotate(service_count=Count("services", filter=on_offer))

    def alphabetical(self) -> "OrganisationQuerySet":
        return self.order_by(alphabetical("name"), "pk")

    def by_sector(self, sectors: list[str]) -> "OrganisationQuerySet":
        """Order by the given sequence of sectors, then alphabetically."""
        return self.order_by(choice_order("sector", sectors), alphabetical("name"), "pk")


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


# UNION drops rows already present, so the recursion ends even if there is a cycle.
_ANCESTORS_SQL = """
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
        # For the paged public list; the order of names differs by language.
        indexes = [
            models.Index(
                choice_order("sector", Sector.values),
                alphabetical("name", language),
                "id",
                condition=models.Q(status="published"),
                name=f"organisation_list_{language}",
            )
            for language in ("fi", "sv", "en")
        ]
        constraints = [
            published_name_constraint(),
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
        ancestor, lineage = self.parent, {self.pk}
        while ancestor is not None:
            if ancestor.pk in lineage:
                raise ValidationError({"parent": _("An organisation cannot be above itself.")})
            lineage.add(ancestor.pk)
            ancestor = ancestor.parent

    def ancestor_ids(self) -> list[int]:
        """Primary keys of all ancestors, in one query."""
        if self.parent_id is None:
            return []
        with connection.cursor() as cursor:
            cursor.execute(_ANCESTORS_SQL, [self.parent_id])
            return [row[0] for row in cursor.fetchall()]

    @property
    def confirmation_months(self) -> int:
        return freshness.CONFIRMATION_MONTHS[self.sector]

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
