"""Analyse Finnish, Swedish and English words into the terms used for indexing and searching.

Finnish is analysed by Voikko's morphology: base forms ("nuorille" -> "nuori") and the parts of compounds
("päihdekuntoutus" -> "päihde", "kuntoutus"). Swedish and English are stemmed by Snowball.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyvoikko
import snowballstemmer

from .stopwords import MISLEADING_PARTS, NEGATIONS, NEGATIONS_AFTER, STOP_WORDS

LANGUAGES = ("fi", "sv", "en")
# A part of a compound is weaker evidence than the whole; several parts that form a compound are stronger.
PART_WEIGHT, INNER_COMPOUND_WEIGHT = 0.5, 0.7
WORD_PATTERN = re.compile(r"[^\W_]+(?:[-‐–'’][^\W_]+)*")
_MAX_WORD_LENGTH = 60
# Soft hyphens and zero-width characters, which text copied from web pages contains.
_INVISIBLE_CHARACTERS = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_SNOWBALL = {"fi": "finnish", "sv": "swedish", "en": "english"}


@dataclass(frozen=True)
class Word:
    """One word of a text: its terms, and the terms of its parts, each with a weight (0 to 1).

    `is_known` is true where the terms are base forms from a dictionary, not stems.
    """

    surface: str
    terms: tuple[str, ...]
    parts: Mapping[str, float] = field(default_factory=dict)
    is_known: bool = False


def meaningful_words(text: str, language: str) -> list[Word]:
    """Return the words of a text in order, without stop words."""
    words = []
    for surface in surface_words(text):
        word = analyse(surface, language)
        if word.terms:
            words.append(word)
    return words


def negated_words(text: str, language: str) -> set[str]:
    """Return the negated words of a text, as written: "rahat ei riitä" -> "riitä".

    A negation applies to the next word that is not a stop word, and a Swedish "inte" also to the word before it:
    "sover inte".
    """
    negated, is_denied, previous = set(), False, ""
    for surface in surface_words(text):
        has_terms = bool(analyse(surface, language).terms)
        if surface in NEGATIONS[language] or (language == "en" and surface.endswith(("n't", "n’t"))):
            is_denied = True
            if surface in NEGATIONS_AFTER and previous:
                negated.add(previous)
        elif is_denied and has_terms:
            negated.add(surface)
            is_denied = False
        previous = surface if has_terms and language == "sv" else ""
    return negated


def surface_words(text: str) -> list[str]:
    """Return the words of a text as written, in lower case and composed Unicode (NFC)."""
    # Voikko recognises capitalised place names only in lower case.
    return [match.group()[:_MAX_WORD_LENGTH] for match in WORD_PATTERN.finditer(normalise_text(text).lower())]


def normalise_text(text: str) -> str:
    """Return a text in composed Unicode (NFC), without invisible characters."""
    return unicodedata.normalize("NFC", text).translate(_INVISIBLE_CHARACTERS)


@lru_cache(maxsize=200_000)
def analyse(surface: str, language: str) -> Word:
    """Analyse one lower-case word; a stop word has no terms."""
    if surface in STOP_WORDS[language]:
        return Word(surface, ())
    if language == "fi":
        return _analyse_finnish(surface)
    pieces = re.split(r"[-‐–'’]", surface)
    stems = [_stem(piece, language) for piece in pieces if piece not in STOP_WORDS[language]]
    if len(stems) > 1:
        return Word(surface, ("".join(stems),), {stem: PART_WEIGHT for stem in stems if len(stem) > 1})
    return Word(surface, tuple(stems))


def _analyse_finnish(surface: str) -> Word:
    lemmas: dict[str, None] = {}
    parts: dict[str, float] = {}
    for reading in pyvoikko.analyse(surface):
        lemma = _clean_base_form(reading.BASEFORM)
        if lemma in STOP_WORDS["fi"]:
            continue
        lemmas[lemma] = None
        for part, weight in _compound_parts(reading.COMPOUND_PARTS or ()):
            parts[part] = max(weight, parts.get(part, 0))
    if not lemmas:
        if pyvoikko.analyse(surface):  # a form of a stop word
            return Word(surface, ())
        return _analyse_unknown(surface)
    return Word(surface, tuple(lemmas), {part: weight for part, weight in parts.items() if part not in lemmas}, True)


def _compound_parts(parts: Sequence[Any]) -> Iterator[tuple[str, float]]:
    """Yield the parts of a compound with weights: "lastensuojelupalvelu" -> "lapsi", "suojelu", "lastensuojelu"..."""
    for start in range(len(parts)):
        for end in range(start, len(parts)):
            last = _clean_base_form(parts[end].BASEFORM)
            if start == end:
                if len(last) > 2 and last not in MISLEADING_PARTS:
                    yield last, PART_WEIGHT
            elif end - start + 1 < len(parts):
                yield "".join(_clean_base_form(part.FORM) for part in parts[start:end]) + last, INNER_COMPOUND_WEIGHT


def _analyse_unknown(surface: str) -> Word:
    """Analyse a name, abbreviation or misspelling that Voikko does not know; "nepsy-lapsi" is split in two."""
    pieces = re.split(r"[-‐–'’:]", surface)
    if len(pieces) == 1:
        return Word(surface, tuple(dict.fromkeys((surface, _stem(surface, "fi")))))
    analysed = [analyse(piece, "fi") for piece in pieces if piece]
    return Word(
        surface,
        ("".join(pieces),),
        {term: PART_WEIGHT for word in analysed for term in (*word.terms, *word.parts) if len(term) > 2},
    )


def _clean_base_form(baseform: str) -> str:
    """Remove Voikko's compound boundaries and doubled hyphens: "hyvin=vointi", "loma--aika"."""
    return baseform.replace("=", "").replace("|", "").replace("--", "-").lower()


class _Stemmers(threading.local):
    """Stemmers per thread: a stemmer keeps the word it processes as state."""

    def __init__(self) -> None:
        self.by_language = {language: snowballstemmer.stemmer(name) for language, name in _SNOWBALL.items()}


_stemmers = _Stemmers()


def _stem(word: str, language: str) -> str:
    return _stemmers.by_language[language].stemWord(word)
