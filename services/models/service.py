"""Services that a person can be referred to."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Self

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from organisations.core.collation import alphabetical
from organisations.core.fields import ChoicesField
from organisations.models import Area, ExternalReference, OrganisationPhone, PhoneNumber, Stewarded
from organisations.models.base import Status, published_name_constraint
from services.search.analysis import LANGUAGES

from .category import Category
from .choices import AccessibilityFact, AccessRoute, Channel, Cost, Language
from .location import ServiceLocation


class ServiceQuerySet(models.QuerySet["Service"]):
    def published(self) -> Self:
        """Services visible to the public: they and their organisation are published."""
        return self.filter(status="published", organisation__status="published")

    def on_offer(self, today: dt.date) -> Self:
        """Services that have not ended; those that start later are included, as they accept people already."""
        return self.filter(not_ended(today))

    def unconfirmed_on(self, day: dt.date) -> Self:
        """Those that are marked as not confirmed on a day, if nobody confirms them before, by their rows for search."""
        return self.filter(listing__unconfirmed_from__lte=day)

    def for_cards(self) -> Self:
        """With everything that a result card shows, in one query.

        `own_areas` and `organisation_areas` are the names of counties and municipalities, in the reader's language.
        """
        return self.select_related("organisation").annotate(
            own_areas=_area_names("services_service", "service", "services_service.id"),
            organisation_areas=_area_names(
                "organisations_organisation", "organisation", "services_service.organisation_id"
            ),
        )

    def with_phone_number(self) -> Self:
        """With the first phone number of the service, else of its organisation, as `call`; without a query more."""
        numbers = (
            phones.order_by("order", "pk").values("number")[:1]
            for phones in (
                ServicePhone.objects.filter(service=models.OuterRef("pk")),
                OrganisationPhone.objects.filter(organisation=models.OuterRef("organisation")),
            )
        )
        return self.annotate(call=Coalesce(*(models.Subquery(number) for number in numbers), models.Value("")))

    def with_safety(self) -> Self:
        """With the highest safety level of its subjects and those above them, as `safety`; without a query more."""
        return self.annotate(safety=RawSQL(_SAFETY_SQL, [], output_field=models.IntegerField()))

    def crisis_numbers(self, today: dt.date, facets: Iterable[str] | None = None) -> Self:
        """Social and crisis emergency services with their numbers; of listings with any of the facets, or all."""
        services = self.published().on_offer(today).filter(is_crisis_number=True).with_phone_number().exclude(call="")
        if facets is not None:
            services = services.filter(listing__facets__overlap=list(facets))
        return services.select_related("organisation").order_by(alphabetical("organisation__name"), "pk")

    def for_comparison(self) -> Self:
        """With what a card shows, places and phone numbers, in a number of queries that does not grow."""
        return self.for_cards().for_handover()

    def for_handover(self) -> Self:
        """With what a family needs of them: the organisation, phones, locations and hours."""
        locations = ServiceLocation.objects.for_page()
        return self.select_related("organisation").prefetch_related(
            "phones", "organisation__phones", models.Prefetch("locations", locations)
        )

    def alphabetical(self) -> Self:
        return self.order_by(alphabetical("name"), "pk")

    def sole_municipalities(self, services: Iterable[int]) -> dict[int, str]:
        """The code of the municipality of those that have only one: by their locations, else by their area."""

        def codes(path: str) -> ArrayAgg:
            return ArrayAgg(path, distinct=True, filter=Q(**{f"{path}__isnull": False}), default=[])

        rows = (
            self.filter(pk__in=services)
            .order_by()
            .values("pk")
            .annotate(places=codes("locations__municipality"), areas=codes("municipalities"))
        )
        found = {row["pk"]: row["places"] or row["areas"] for row in rows}
        return {pk: municipalities[0] for pk, municipalities in found.items() if len(municipalities) == 1}


# A listing has the tokens of its categories and of all above them, after mergers.
_SAFETY_SQL = """coalesce((
  SELECT max(category.safety) FROM services_category AS category
  JOIN services_listing AS listing ON category.scheme || ':' || category.code = ANY(listing.facets)
  WHERE category.safety > 0 AND listing.service_id = services_service.id
), 0)"""


def _area_names(table: str, record: str, key: str) -> RawSQL:
    """The names of the counties and municipalities of a record; four queries less than by prefetching."""
    language = next(code for code in (get_language() or "fi", "fi") if code in LANGUAGES)
    name = f"coalesce(nullif(area.name_{language}, ''), area.name_fi)"
    return RawSQL(
        f"""ARRAY(
          SELECT name FROM (
            SELECT 1 AS kind, area.code, {name} AS name FROM {table}_counties AS link
            JOIN organisations_wellbeingcounty AS area ON area.code = link.wellbeingcounty_id
            WHERE link.{record}_id = {key}
            UNION ALL
            SELECT 2, area.code, {name} FROM {table}_municipalities AS link
            JOIN organisations_municipality AS area ON area.code = link.municipality_id
            WHERE link.{record}_id = {key}
          ) AS areas ORDER BY kind, code
        )""",
        [],
        output_field=ArrayField(models.TextField()),
    )


def not_ended(today: dt.date) -> Q:
    return Q(valid_until__isnull=True) | Q(valid_until__gte=today)


class Service(Stewarded, Area):
    """A service of an organisation. Without an area of its own it serves the area of its organisation."""

    # Names of counties and municipalities, set by `for_cards`.
    own_areas: list[str]
    organisation_areas: list[str]

    public_id = models.UUIDField(_("public identifier"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, related_name="services", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=200)
    summary = models.CharField(
        _("summary"), max_length=150, blank=True, help_text=_("One sentence, at most 150 characters.")
    )
    description = models.TextField(_("description"), blank=True)
    eligibility = models.TextField(_("who it is for"), blank=True)
    age_min = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True, help_text=_("Years."))
    age_max = models.PositiveSmallIntegerField(
        _("to age"), null=True, blank=True, help_text=_("Years; the last age that is served.")
    )
    categories = models.ManyToManyField(
        Category,
        blank=True,
        related_name="services",
        verbose_name=_("categories"),
        help_text=_("Of any scheme."),
    )
    channels = ChoicesField(
        models.CharField(max_length=20, choices=Channel), default=list, blank=True, verbose_name=_("channels")
    )
    languages = ChoicesField(
        models.CharField(max_length=3, choices=Language),
        default=list,
        blank=True,
        verbose_name=_("languages of the service"),
    )
    access_routes = ChoicesField(
        models.CharField(max_length=20, choices=AccessRoute),
        default=list,
        blank=True,
        verbose_name=_("access routes"),
    )
    client_access = models.TextField(_("how a client gets in"), blank=True)
    professional_access = models.TextField(_("how a professional refers"), blank=True)
    professional_needs = models.TextField(_("what a referral needs"), blank=True)
    waiting_time = models.CharField(_("waiting time"), max_length=200, blank=True)
    cost = models.CharField(_("cost"), max_length=6, choices=Cost, blank=True)
    cost_note = models.TextField(_("about the cost"), blank=True)
    low_threshold = models.BooleanField(_("low threshold"), default=False)
    anonymous = models.BooleanField(_("can be used anonymously"), default=False)
    accessibility = ChoicesField(
        models.CharField(max_length=30, choices=AccessibilityFact),
        default=list,
        blank=True,
        verbose_name=_("accessibility"),
    )
    accessibility_note = models.TextField(_("about accessibility"), blank=True)
    requirements = models.TextField(_("requirements"), blank=True)
    search_words = models.TextField(
        _("search words"), blank=True, help_text=_("One a line: words people use that the text lacks.")
    )
    locations = models.ManyToManyField(
        ServiceLocation, blank=True, related_name="services", verbose_name=_("locations")
    )
    contacts = models.ManyToManyField(
        "organisations.Contact",
        blank=True,
        related_name="services",
        verbose_name=_("contacts for professionals"),
        help_text=_("Empty: those of the organisation."),
    )
    website = models.URLField(_("website"), max_length=500, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    valid_from = models.DateField(_("offered from"), null=True, blank=True)
    valid_until = models.DateField(_("offered until"), null=True, blank=True, help_text=_("The last day."))

    is_crisis_number = models.BooleanField(
        _("social and crisis emergency service"),
        default=False,
        help_text=_("Its first phone number is shown beside 112 to everybody in its area."),
    )

    confirm_months = models.PositiveSmallIntegerField(
        _("months between confirmations"),
        null=True,
        blank=True,
        choices=[(3, "3"), (6, "6"), (12, "12"), (24, "24")],
        help_text=_("Empty: what is usual in the sector."),
    )

    objects = ServiceQuerySet.as_manager()
    # Only on services read by `with_safety`.
    safety: int

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["name_fi", "pk"]
        constraints = [
            published_name_constraint(),
            models.CheckConstraint(
                condition=models.Q(age_min__isnull=True)
                | models.Q(age_max__isnull=True)
                | models.Q(age_min__lte=models.F("age_max")),
                name="service_ages_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_from__lte=models.F("valid_until")),
                name="service_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    def clean(self) -> None:
        wrong = {}
        if self.age_min is not None and self.age_max is not None and self.age_min > self.age_max:
            wrong["age_max"] = _("The upper age is below the lower age.")
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            wrong["valid_until"] = _("The last day is before the first day.")
        # Report all errors here: those left to the database would appear in its wording.
        if wrong:
            raise ValidationError(wrong)

    @property
    def confirmation_months(self) -> int:
        return self.confirm_months or self.organisation.confirmation_months

    def is_offered(self, today: dt.date) -> bool:
        """Whether the public finds the service and it has not ended; a later start does not matter."""
        is_public = self.status == Status.PUBLISHED and self.organisation.status == Status.PUBLISHED
        return is_public and (self.valid_until is None or self.valid_until >= today)

    def get_absolute_url(self) -> str:
        return reverse("finding:service", args=[self.pk, slugify(self.name) or "-"])


class ServicePhone(PhoneNumber):
    service = models.ForeignKey(Service, models.CASCADE, related_name="phones", verbose_name=_("service"))


class ServiceReference(ExternalReference):
    service = models.ForeignKey(Service, models.CASCADE, related_name="references", verbose_name=_("service"))
