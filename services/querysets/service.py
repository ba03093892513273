"""Reads of services and of their places."""

from django.db import models
from django.db.models import Q

from organisations.ordering import alphabetical


class ServiceQuerySet(models.QuerySet):
    def published(self):
        """What the public may see: the service and its organisation are both published."""
        return self.filter(status="published", organisation__status="published")

    def on_offer(self, today):
        """Services that have not ended; one that starts later takes people in now."""
        return self.filter(not_ended(today))

    def for_cards(self):
        """With everything that a result card shows, in a constant number of queries."""
        return self.select_related("organisation").prefetch_related(
            "municipalities", "counties", "organisation__municipalities", "organisation__counties"
        )

    def alphabetical(self):
        return self.order_by(alphabetical("name"), "pk")


class LocationQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(archived=False)

    def for_page(self):
        """With hours and phones, in Finnish alphabetical order."""
        return (
            self.in_use()
            .select_related("municipality")
            .prefetch_related("schedules", "schedule_exceptions", "phones")
            .order_by(alphabetical("name"), "pk")
        )


def not_ended(today) -> Q:
    return Q(valid_until__isnull=True) | Q(valid_until__gte=today)
