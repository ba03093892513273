"""Counts of searches. Who searched, and on which day, is never stored."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext_lazy as _

from services.search.personal_data import MAX_COUNTED_LENGTH


class SearchCountQuerySet(models.QuerySet["SearchCount"]):
    # Rarer searches may come from one person, and are not shown.
    MIN_FREQUENT_TIMES = 3

    def frequent(self) -> Self:
        """Searches of texts that were searched for at least three times in all weeks and municipalities."""
        return self.filter(self._is_frequent())

    def infrequent(self) -> Self:
        """Searches of all other texts."""
        return self.filter(~self._is_frequent())

    def _is_frequent(self) -> Exists:
        same = self.model.objects.filter(language=OuterRef("language"), text=OuterRef("text"))
        totals = same.order_by().values("language", "text").annotate(total=Sum("times"))
        return Exists(totals.filter(total__gte=self.MIN_FREQUENT_TIMES))


class SearchCount(models.Model):
    """How often a text was searched for in a week, and the number of results of the last search."""

    week = models.DateField(_("week"), help_text=_("Its Monday."))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    text = models.CharField(_("searched for"), max_length=MAX_COUNTED_LENGTH)
    municipality = models.ForeignKey(
        "organisations.Municipality",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("municipality"),
    )
    results = models.PositiveIntegerField(_("results"))
    times = models.PositiveIntegerField(_("times"), default=1)

    objects = SearchCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("counted search")
        verbose_name_plural = _("counted searches")
        ordering = ["-week", "-times", "text"]
        constraints = [
            # Language and text come first, so that sums over all weeks use this index.
            models.UniqueConstraint(
                fields=["language", "text", "week", "municipality"],
                nulls_distinct=False,
                name="search_counted_once_a_week",
            ),
            models.CheckConstraint(condition=models.Q(week__iso_week_day=1), name="search_week_starts_on_monday"),
        ]

    def __str__(self) -> str:
        return self.text
