"""Highlight search terms in texts."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from services.search.analysis import LANGUAGES, analyse, meaningful_words
from services.search.query import parse_query
from services.search.spans import compose_text, word_spans
from services.search.terms import term

from .filters import Filters


class Highlighter:
    """Marks words by the terms of the searched words and the parts of searched compounds.

    A word is marked if it has a searched term or part ("väkivalta" for "perheväkivalta"). A compound is also marked if
    one of its parts was searched as a word, or if it shares two parts with a searched compound. One shared part
    ("perheneuvola", "perhekerho") is not enough.
    """

    def __init__(self, word_terms: set[str], compounds: Iterable[Iterable[str]] = ()):
        self.word_terms = frozenset(word_terms)
        self.compound_parts = [frozenset(parts) for parts in compounds]
        self.all_terms = self.word_terms.union(*self.compound_parts)

    @classmethod
    def from_filters(cls, filters: Filters) -> "Highlighter":
        """The highlighter for the words of a search and its expansions."""
        words = parse_query(filters.search_text, filters.language).words if filters.search_text else ()
        word_terms = {name for word in words for name in word.terms}
        for text in filters.plan.extra_words:
            word_terms |= {
                term(code, name) for code in LANGUAGES for word in meaningful_words(text, code) for name in word.terms
            }
        return cls(word_terms, [word.parts for word in words if word.parts])

    def __bool__(self) -> bool:
        return bool(self.word_terms)

    def html(self, text: str, language: str) -> SafeString:
        """The text as HTML with matching words in <mark>."""
        text = compose_text(text)
        pieces, end = [], 0
        for span in word_spans(text):
            if self._matches(span.surface, language):
                pieces.append(format_html("{}<mark>{}</mark>", text[end : span.start], text[span.start : span.end]))
                end = span.end
        return format_html_join("", "{}", ((piece,) for piece in (*pieces, text[end:])))

    def _matches(self, surface: str, language: str) -> bool:
        word = analyse(surface, language)
        if any(term(language, name) in self.all_terms for name in word.terms):
            return True
        parts_of_word = {term(language, name) for name in word.parts}
        return not parts_of_word.isdisjoint(self.word_terms) or any(
            len(parts_of_word & parts) > 1 for parts in self.compound_parts
        )
