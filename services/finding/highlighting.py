"""The words that were searched for, marked where they stand in a text."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from services.search.analysis import LANGUAGES, analyse, meaningful_words
from services.search.query import parse_query
from services.search.spans import compose_text, word_spans
from services.search.terms import term

from .filters import Filters


class Highlighter:
    """Terms to mark: of whole words, and of the parts of each compound that was searched for.

    A word is marked for a term of its own, a compound also for a part of it that was searched for as a whole word, or
    for two parts of one compound ("väkivalta" for "perheväkivalta"). Compounds that only share one part
    ("perheneuvola", "perhekerho") say too little about each other.
    """

    def __init__(self, wholes: set[str], compounds: Iterable[Iterable[str]] = ()):
        self.compound_parts = [frozenset(parts) for parts in compounds]
        self.word_terms = frozenset(wholes)
        self.own = self.word_terms.union(*self.compound_parts)

    @classmethod
    def of(cls, filters: Filters) -> "Highlighter":
        """The words of a search, and those that were searched for as well."""
        asked = parse_query(filters.searched, filters.language).words if filters.searched else ()
        wholes = {name for word in asked for name in word.terms}
        for text in filters.plan.also:
            wholes |= {
                term(code, name) for code in LANGUAGES for word in meaningful_words(text, code) for name in word.terms
            }
        return cls(wholes, [word.parts for word in asked if word.parts])

    def __bool__(self) -> bool:
        return bool(self.word_terms)

    def html(self, text: str, language: str) -> SafeString:
        """A text in a language as HTML, with the words in <mark>."""
        text = compose_text(text)
        pieces, done = [], 0
        for span in word_spans(text):
            if self._matches(span.surface, language):
                pieces.append(format_html("{}<mark>{}</mark>", text[done : span.start], text[span.start : span.end]))
                done = span.end
        return format_html_join("", "{}", ((piece,) for piece in (*pieces, text[done:])))

    def _matches(self, surface: str, language: str) -> bool:
        word = analyse(surface, language)
        if any(term(language, name) in self.own for name in word.terms):
            return True
        inside = {term(language, name) for name in word.parts}
        return not inside.isdisjoint(self.word_terms) or any(len(inside & parts) > 1 for parts in self.compound_parts)
