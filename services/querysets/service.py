"""Reads of services and of their places."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from organisations.core.collation import alphabetical
from services.search.analysis import LANGUAGES


class ServiceQuerySet(models.QuerySet):
    def published(self):
        """What the public may see: the service and its organisation are both published."""
        return self.filter(status="published", organisation__status="published")

    def on_offer(self, today):
        """Services that have not ended; one that starts later takes people in now."""
        return self.filter(not_ended(today))

    def unconfirmed_on(self, day):
        """Those that are marked as not confirmed on a day, if nobody confirms them before, by their rows for search."""
        return self.filter(listing__unconfirmed_from__lte=day)

    def for_cards(self):
        """With everything that a result card shows, in one query.

        `own_areas` and `organisation_areas` are the names of counties and municipalities, in the reader's language.
        """
        return self.select_related("organisation").annotate(
            own_areas=_area_names("services_service", "service", "services_service.id"),
            organisation_areas=_area_names(
                "organisations_organisation", "organisation", "services_service.organisation_id"
            ),
        )

    def with_number_to_call(self):
        """With the first phone number of the service, else of its organisation, as `call`; without a query more."""
        numbers = (
            phones.order_by("order", "pk").values("number")[:1]
            for phones in (
                _phones(self.model).filter(service=models.OuterRef("pk")),
                _phones(self.model.organisation.field.related_model).filter(
                    organisation=models.OuterRef("organisation")
                ),
            )
        )
        return self.annotate(call=Coalesce(*map(models.Subquery, numbers), models.Value("")))

    def for_comparison(self):
        """With what a card shows, places and phone numbers, in a number of queries that does not grow."""
        places = self.model._meta.get_field("locations").related_model.objects
        return self.for_cards().prefetch_related(
            "phones", "organisation__phones", models.Prefetch("locations", places.for_page())
        )

    def alphabetical(self):
        return self.order_by(alphabetical("name"), "pk")


def _phones(model):
    return model._meta.get_field("phones").related_model.objects


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


def not_ended(today) -> Q:
    return Q(valid_until__isnull=True) | Q(valid_until__gte=today)
