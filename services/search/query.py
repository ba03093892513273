"""Parse a typed query into the search terms of each word."""

from dataclasses import dataclass, field
from itertools import pairwise

from .analysis import LANGUAGES, analyse, negated_words, surface_words
from .stopwords import FRAME_PHRASES, FRAME_WORDS
from .terms import fold_letters, negated_term, term

MAX_WORDS = 12
MAX_LENGTH = 300
# Weight of a reading in a language other than the reader's.
OTHER_LANGUAGE_WEIGHT = 0.8
# Weight of a compound of two adjacent words, for each of them, and their minimum length.
JOINED_COMPOUND_WEIGHT, MIN_JOINED_PART_LENGTH = 0.6, 3


@dataclass(frozen=True)
class QueryWord:
    """One meaningful word: as typed, folded for comparison of letters, and its terms with their weights.

    `parts` are the terms of the parts of a compound; the weights of matching parts add up.
    """

    surface: str
    folded: str
    terms: dict[str, float] = field(default_factory=dict)
    parts: dict[str, float] = field(default_factory=dict)
    # Whether a negation applies to the word.
    denied: bool = False


@dataclass(frozen=True)
class TextQuery:
    """A parsed text query. `exact` excludes similar words and categories."""

    text: str
    language: str
    words: tuple[QueryWord, ...] = ()
    exact: bool = False

    def __bool__(self) -> bool:
        return bool(self.words)


def parse_query(text: str, language: str, *, exact: bool = False) -> TextQuery:
    """Parse a query, truncated to 300 characters and 12 words.

    Stop words are those of the reader's language; a query of nothing else is searched by its stop words' letters.
    """
    text = " ".join(text[:MAX_LENGTH].split())
    typed = list(dict.fromkeys(surface_words(text)))
    meaningful = [surface for surface in typed if analyse(surface, language).terms]
    denied = negated_words(text, language)
    if not exact:
        meaningful = _strip_frame(text, meaningful, language, denied) or meaningful
    words = {surface: query_word(surface, language, denied=surface in denied) for surface in meaningful[:MAX_WORDS]}
    if not exact:
        _add_compound_terms(surface_words(text), words, language)
    return TextQuery(text=text, language=language, words=tuple(words.values()), exact=exact)


def _add_compound_terms(typed: list[str], words: dict[str, QueryWord], language: str) -> None:
    """Give adjacent words the terms of their compound: "perhe neuvola" is "perheneuvola"."""
    for first, second in pairwise(typed):
        if first in words and second in words and min(len(first), len(second)) >= MIN_JOINED_PART_LENGTH:
            joined = analyse(first + second, language)
            if joined.is_known or language != "fi":
                for name in joined.terms:
                    for surface in (first, second):
                        words[surface].terms.setdefault(term(language, name), JOINED_COMPOUND_WEIGHT)


def _strip_frame(text: str, meaningful: list[str], language: str, denied: set[str]) -> list[str]:
    """The words without those of sentence frames; negated words are kept."""
    plain = f" {' '.join(surface_words(text))} "
    for phrase in FRAME_PHRASES[language]:
        plain = plain.replace(f" {phrase} ", "  ")
    remaining = set(plain.split())
    return [
        surface
        for surface in meaningful
        if surface in denied or (surface in remaining and not _is_frame_word(surface, language))
    ]


def _is_frame_word(surface: str, language: str) -> bool:
    if surface in FRAME_WORDS[language]:
        return True
    return language == "fi" and not FRAME_WORDS["fi"].isdisjoint(analyse(surface, "fi").terms)


def query_word(surface: str, language: str, *, denied: bool = False) -> QueryWord:
    """Analyse one word in all languages, with full weight in the language of the reader."""
    terms: dict[str, float] = {}
    parts: dict[str, float] = {}
    for code in LANGUAGES:
        share = 1.0 if code == language else OTHER_LANGUAGE_WEIGHT
        word = analyse(surface, code)
        terms |= {term(code, text): share for text in word.terms}
        parts |= {term(code, text): share * weight for text, weight in word.parts.items()}
        if denied:
            terms |= {negated_term(code, text): share for text in word.terms}
    return QueryWord(surface, fold_letters(surface), terms, parts, denied)
