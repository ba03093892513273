"""Reads of what was searched for."""

from django.db import models
from django.db.models import Exists, OuterRef, Sum


class SearchCountQuerySet(models.QuerySet):
    # From how many times on a search is no longer that of one person.
    OFTEN = 3

    def asked_often(self):
        """Searches that were made at least three times, over all weeks and municipalities together."""
        return self.filter(self._often())

    def asked_rarely(self):
        return self.filter(~self._often())

    def _often(self) -> Exists:
        same = self.model.objects.filter(language=OuterRef("language"), text=OuterRef("text"))
        totals = same.order_by().values("language", "text").annotate(total=Sum("times"))
        return Exists(totals.filter(total__gte=self.OFTEN))
