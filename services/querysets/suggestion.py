"""Reads what is suggested while somebody types."""

from django.db import connection, models

from services.search import suggestions
from services.search.suggestions import Found, Typed


class SuggestionQuerySet(models.QuerySet):
    def beginning(self, typed: Typed, language: str, today) -> list[Found]:
        """Names with a word that begins as typed, best first; where there are none, that begins nearly so."""
        found = self._found(typed.beginnings, language, today)
        return found or self._found(typed.spelt(self._alike(typed.unfinished)), language, today)

    def _found(self, beginnings: list[tuple[str, str]], language: str, today) -> list[Found]:
        if not beginnings:
            return []
        with connection.cursor() as cursor:
            cursor.execute(*suggestions.found(beginnings, language, today))
            return [Found(*row) for row in cursor.fetchall()]

    def _alike(self, word: str) -> list[str]:
        if not word:
            return []
        with connection.cursor() as cursor:
            cursor.execute(*suggestions.alike(word))
            return [folded for (folded,) in cursor.fetchall()]
