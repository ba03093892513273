"""Suggestions while typing: rows derived by `services.indexing.suggestions`."""

from datetime import date

from django.db import connection, models

from organisations.models import Municipality, Organisation
from services.search import suggestions
from services.search.suggestions import SuggestionMatch, TypedText

from .category import Category
from .service import Service


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def starting_with(self, typed: TypedText, language: str, today: date) -> list[SuggestionMatch]:
        """Return names with a word that starts as typed, best first; if there are none, with a similarly spelt word."""
        suggestions = self._matches(typed.prefixes, language, today)
        return suggestions or self._matches(typed.spelt(self._similar_terms(typed.unfinished)), language, today)

    def _matches(self, prefixes: list[tuple[str, str]], language: str, today: date) -> list[SuggestionMatch]:
        if not prefixes:
            return []
        with connection.cursor() as cursor:
            cursor.execute(*suggestions.matches_sql(prefixes, language, today))
            return [SuggestionMatch(*row) for row in cursor.fetchall()]

    def _similar_terms(self, word: str) -> list[str]:
        if not word:
            return []
        with connection.cursor() as cursor:
            cursor.execute(*suggestions.similar_terms_sql(word))
            return [folded for (folded,) in cursor.fetchall()]


class Suggestion(models.Model):
    """A name or a synonym, rotated to start with one of its words; the foreign key that is set is its target.

    `start` is plain text for comparison (see `services.search.suggestions`), in code point order, so that its index
    finds prefixes in every locale. Rows of a lower `rank` are suggested first.
    """

    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in suggestions.KINDS])
    language = models.CharField(max_length=2)
    rank = models.PositiveSmallIntegerField()
    start = models.TextField(db_collation="C")
    text = models.TextField()
    ends_on = models.DateField(null=True)
    service = models.ForeignKey(Service, models.CASCADE, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    category = models.ForeignKey(Category, models.CASCADE, null=True, related_name="+")
    municipality = models.ForeignKey(Municipality, models.CASCADE, null=True, related_name="+")

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kind", "language", "rank", "start", "id"], name="suggestion_beginning")]

    def __str__(self) -> str:
        return f"{self.start} ({self.kind})"
