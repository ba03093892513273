"""Derive from labels of concepts the words that recognise them, and the terms that expand a query."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .analysis import Word, meaningful_words
from .terms import term, word_terms

# Weight of the labels of a directly broader concept, relative to the concept's own labels.
BROADER_WEIGHT = 1 / 3
# Maximum number of concepts that expand a query, and of terms of each.
MAX_CONCEPTS, MAX_TERMS = 6, 40

# Vocabularies distinguish equal labels in parentheses: "haavat (vammat)". Readers do not type those.
_QUALIFIER = re.compile(r"\s+\((?:[^()]|\([^()]*\))*\)\s*$")


@dataclass(frozen=True)
class RecognisedConcept:
    """A concept that a query names, with the phrase, the numbers of the words that match it, and its terms.

    `terms` are (term id, weight from 0 to 1) of terms that services have, the heaviest first; they may include the
    terms of the query.
    """

    concept: int
    phrase: str
    words: tuple[int, ...]
    terms: tuple[tuple[int, float], ...]


def label_phrase(text: str, language: str) -> tuple[frozenset[str], ...]:
    """Return the words of a label without stop words, each as the terms that it may be recognised by."""
    plain = _without_qualifier(text)
    return tuple(
        frozenset(term(language, text) for text in _own_terms(word, plain))
        for word in meaningful_words(plain, language)
    )


def _own_terms(word: Word, label: str) -> tuple[str, ...]:
    """Return the terms of a word of a label, without reading abbreviations as words: "TEE" is not "do!"."""
    return (word.surface,) if label.isupper() and word.is_known else word.terms


def expansion_terms(labels: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Return the weighted terms of labels, given as (text, language); the best label counts for each term.

    A word weighs less in a longer label, and a part of a compound less than the whole.
    """
    weights: dict[str, float] = {}
    for text, language in labels:
        words = meaningful_words(_without_qualifier(text), language)
        for word in words:
            for name, weight in word_terms(word, language).items():
                weights[name] = max(weights.get(name, 0.0), weight / len(words))
    return weights


def _without_qualifier(text: str) -> str:
    return _QUALIFIER.sub("", text) or text
