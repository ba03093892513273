"""Terms as they are stored, and how much a text says about each: BM25 with weighted fields, made at write time."""

import unicodedata
from collections import Counter
from collections.abc import Iterable

from .analysis import words

# A part of a compound is weaker evidence than the whole.
PART = 0.4
# BM25: how soon further occurrences stop to count, and how much a long field is damped.
SATURATION = 1.5
DAMPING = 0.6


def term(language: str, text: str) -> str:
    return f"{language}:{text}"


def fold(text: str) -> str:
    """Letters without their dots and accents, for comparison of spellings."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


def counts(text: str, language: str, written: dict[str, str] | None = None) -> Counter:
    """The terms of a text with how often they occur; a part of a compound counts as a fraction.

    `written`, if given, takes the shortest whole word that each term stands for.
    """
    found: Counter = Counter()
    for word in words(text, language):
        for lemma in word.terms:
            found[name := term(language, lemma)] += 1
            if written is not None:
                whole = lemma if word.is_known else word.surface
                written[name] = shorter(written.get(name, ""), whole)
        for part in word.parts:
            found[term(language, part)] += PART
    return found


def shorter(word: str, other: str) -> str:
    """The shorter of two words, whichever comes first; "" is none."""
    return min(filter(None, (word, other)), key=lambda found: (len(found), found), default="")


def weigh(fields: Iterable[tuple[str, str, float, int]], written: dict[str, str] | None = None) -> dict[str, float]:
    """The weight, from 0 to 1, of each term of a text in fields: (text, language, weight, usual number of words).

    `written` is filled as by `counts`.
    """
    frequency: Counter = Counter()
    for text, language, weight, usual in fields:
        if not text:
            continue
        found = counts(text, language, written)
        damping = 1 - DAMPING + DAMPING * sum(found.values()) / usual
        for name, count in found.items():
            frequency[name] += weight * count / damping
    return {name: amount / (SATURATION + amount) for name, amount in frequency.items()}
