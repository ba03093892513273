"""Stored form of terms, and their weights in a text: BM25 with weighted fields, computed at write time."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b

from .analysis import Word, meaningful_words

# BM25 parameters: saturation of term frequency, and normalisation by the length of the field.
SATURATION = 1.5
DAMPING = 0.6
# Weight of a word in a phrase that negates it: "home" in "no home".
NEGATED_WEIGHT = 0.5
_NEGATION_MARK = "¬"


def term(language: str, text: str) -> str:
    return f"{language}:{text}"


def fold_letters(text: str) -> str:
    """Return a text in lower case without diacritics, for comparison of spellings."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


def term_counts(text: str, language: str, written: dict[str, str] | None = None) -> dict[str, float]:
    """Count the terms of a text; a part of a compound counts as a fraction.

    `written`, if given, is filled with the shortest whole word for each term.
    """
    return _counts(meaningful_words(text, language), language, written)


def _counts(analysed: Iterable[Word], language: str, written: dict[str, str] | None) -> dict[str, float]:
    counts: dict[str, float] = defaultdict(float)
    for word in analysed:
        for lemma in word.terms:
            counts[name := term(language, lemma)] += 1
            if written is not None:
                whole = lemma if word.is_known else word.surface
                written[name] = shorter_word(written.get(name, ""), whole)
        for part, weight in word.parts.items():
            counts[term(language, part)] += weight
    return counts


def shorter_word(word: str, other: str) -> str:
    """Return the shorter of two words, the first in alphabetical order if equally long; "" counts as no word."""
    return min(filter(None, (word, other)), key=lambda text: (len(text), text), default="")


def weigh_terms(
    fields: Iterable[tuple[str, str, float, int]], written: dict[str, str] | None = None
) -> dict[str, float]:
    """Return the weight (0 to 1) of each term of a text in fields: (text, language, weight, usual number of words).

    `written` is filled as by `term_counts`.
    """
    frequency: dict[str, float] = defaultdict(float)
    for text, language, weight, usual in fields:
        if not text:
            continue
        analysed = meaningful_words(text, language)
        damping = 1 - DAMPING + DAMPING * len(analysed) / usual
        for name, count in _counts(analysed, language, written).items():
            frequency[name] += weight * count / damping
    return {name: amount / (SATURATION + amount) for name, amount in frequency.items()}


def negated_term(language: str, text: str) -> str:
    """Return the term of a negated word; only phrases and queries have such terms."""
    return term(language, f"{_NEGATION_MARK}{text}")


def term_letters(name: str) -> str:
    """Return the letters of a term for comparison of spellings; "" for a negated term."""
    text = name.split(":", 1)[1]
    return "" if text.startswith(_NEGATION_MARK) else fold_letters(text)


def word_terms(word: Word, language: str, *, negated: bool = False) -> dict[str, float]:
    """Return the terms of a word with their weights: 1 for its base forms, less for its parts.

    If the word is negated, these weigh less, and negated terms are added with weight 1.
    """
    share = NEGATED_WEIGHT if negated else 1.0
    weights = {term(language, part): share * weight for part, weight in word.parts.items()}
    weights |= {term(language, text): share for text in word.terms}
    return weights | ({negated_term(language, text): 1.0 for text in word.terms} if negated else {})


def name_weights(names: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Return the best weight (0 to 1) of each term in the names, given as (text, language)."""
    weights: dict[str, float] = {}
    for text, language in names:
        for word in meaningful_words(text, language):
            for name, weight in word_terms(word, language).items():
                weights[name] = max(weight, weights.get(name, 0))
    return weights


def name_fingerprint(name: str, language: str) -> int:
    """Return a number that is equal for names of the same words, in any order and inflection."""
    bases = sorted({max(word.terms, key=len) for word in meaningful_words(name, language)}) or [name]
    return int.from_bytes(blake2b(" ".join(bases).encode(), digest_size=8).digest(), signed=True)
