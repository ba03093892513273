"""Convert labels of concepts into the words they are recognised by and the terms that expand a query."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .analysis import Word, meaningful_words
from .terms import term, word_terms

# Weight of the labels of a directly broader concept; the concept's own labels have weight 1.
BROADER_WEIGHT = 1 / 3
# Maximum number of concepts that expand a query, and of terms of each.
MAX_CONCEPTS, MAX_TERMS = 6, 40

# Vocabularies disambiguate labels in parentheses, which queries lack: "haavat (vammat)".
_QUALIFIER = re.compile(r"\s+\((?:[^()]|\([^()]*\))*\)\s*$")


@dataclass(frozen=True)
class RecognisedConcept:
    """A concept that a query names: the phrase, the indexes of the query words in it, and its terms.

    `terms` are (term id, weight from 0 to 1) of terms in use by services, heaviest first; they may include terms of
    the query.
    """

    concept: int
    phrase: str
    words: tuple[int, ...]
    terms: tuple[tuple[int, float], ...]


def label_phrase(text: str, language: str) -> tuple[frozenset[str], ...]:
    """The meaningful words of a label, each as the set of terms it is recognised by."""
    plain = _without_qualifier(text)
    return tuple(
        frozenset(term(language, own) for own in _own_terms(word, plain)) for word in meaningful_words(plain, language)
    )


def _own_terms(word: Word, label: str) -> tuple[str, ...]:
    """Abbreviations are not inflected words: "TEE" is an examination, not "do!"."""
    return (word.surface,) if label.isupper() and word.is_known else word.terms


def expansion_terms(labels: Iterable[tuple[str, str]]) -> dict[str, float]:
    """The weighted terms of labels, given as (text, language): the highest weight of each term.

    Weights decrease with the length of the label; part of a compound weighs less than the whole.
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
