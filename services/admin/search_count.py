"""Admin of counted searches and their numbers of results."""

import datetime as dt
from typing import cast

from django.contrib import admin
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.admin.base import ReadOnlyAdmin
from services.models import SearchCount
from services.models.search_log import SearchCountQuerySet

MAX_FEW_RESULTS = 3


class ResultsFilter(admin.SimpleListFilter):
    title = _("results")
    parameter_name = "results"

    def lookups(self, request, model_admin):
        return [("none", _("without results")), ("few", _("few (1–3)")), ("more", _("more than three"))]

    def queryset(self, request, queryset):
        conditions = {
            "none": {"results": 0},
            "few": {"results__gte": 1, "results__lte": MAX_FEW_RESULTS},
            "more": {"results__gt": MAX_FEW_RESULTS},
        }
        return queryset.filter(**conditions.get(self.value() or "", {}))


class WeekFilter(admin.SimpleListFilter):
    title = _("week")
    parameter_name = "weeks"

    def lookups(self, request, model_admin):
        return [
            ("1", _("this week")),
            ("2", _("this week and the last")),
            ("5", _("five weeks")),
            ("13", _("thirteen weeks")),
            ("53", _("a year")),
        ]

    def queryset(self, request, queryset):
        weeks = self.value()
        if weeks is None or weeks not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(week__gt=timezone.localdate() - dt.timedelta(weeks=int(weeks)))


@admin.register(SearchCount)
class SearchCountAdmin(ReadOnlyAdmin):
    """Searches made at least three times, so that none can be attributed to a single person."""

    list_display = ("text", "language", "municipality", "results", "times", "week")
    list_filter = (ResultsFilter, WeekFilter, "language")
    list_select_related = ("municipality",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("text",)
    fields = list_display

    def get_queryset(self, request):
        return cast(SearchCountQuerySet, super().get_queryset(request)).frequent()

    def get_ordering(self, request):
        """The most frequent searches without results come first."""
        has_results = Case(When(results=0, then=Value(0)), default=Value(1))
        return [has_results, "-times", "-week", "text", "pk"]
