"""Reads of what readers say is wrong."""

import datetime as dt

from django.db import models
from django.db.models import Q

# Reports that nobody has closed for so long go to the coordinators.
UNANSWERED = dt.timedelta(days=14)


class MistakeReportQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state="open")

    def left_to_members(self):
        """Those that members can answer. An organisation in the archive is out of its members' reach."""
        return self.open().exclude(organisation__status="archived")

    def left_to_coordinators(self, now: dt.datetime):
        """Those that its keepers have left open for too long, and those that nobody but a coordinator can answer."""
        kept = self.model.objects.left_to_members().filter(organisation__memberships__user__is_active=True)
        return self.open().filter(Q(created_at__lte=now - UNANSWERED) | ~Q(pk__in=kept.values("pk")))
