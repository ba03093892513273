"""Labels of concepts -> the words they are recognised by, and the terms that a query is widened by."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .analysis import Word, meaningful_words
from .terms import term, word_terms

# What a directly broader concept is called says this much of what the concept's own labels say.
BROADER_WEIGHT = 1 / 3
# Of how many concepts, and by how many terms of each, a query is widened at most.
MAX_CONCEPTS, MAX_TERMS = 6, 40

# Vocabularies tell namesakes apart in parentheses: "haavat (vammat)". Nobody types that.
_QUALIFIER = re.compile(r"\s+\((?:[^()]|\([^()]*\))*\)\s*$")


@dataclass(frozen=True)
class RecognisedConcept:
    """A concept that a query names: by which phrase, with which of its words (by number), and its terms.

    `terms` are (term id, weight from 0 to 1) of terms that services hold, the heaviest first; they may be the very
    terms of the query.
    """

    concept: int
    phrase: str
    words: tuple[int, ...]
    terms: tuple[tuple[int, float], ...]


def label_phrase(text: str, language: str) -> tuple[frozenset[str], ...]:
    """The words of a label that carry meaning, each as the terms that it may be recognised by."""
    plain = _without_qualifier(text)
    return tuple(
        frozenset(term(language, own) for own in _own_terms(word, plain)) for word in meaningful_words(plain, language)
    )


def _own_terms(word: Word, label: str) -> tuple[str, ...]:
    """An abbreviation is no form of a word: "TEE" is an examination, not "do!"."""
    return (word.surface,) if label.isupper() and word.is_known else word.terms


def expansion_terms(labels: Iterable[tuple[str, str]]) -> dict[str, float]:
    """The weighted terms of labels, given as (text, language): of each term the best label counts.

    A word of a longer label says less the longer the label is; a part of a compound says less than the whole.
    """
    found: dict[str, float] = {}
    for text, language in labels:
        said = meaningful_words(_without_qualifier(text), language)
        for word in said:
            for name, weight in word_terms(word, language).items():
                found[name] = max(found.get(name, 0.0), weight / len(said))
    return found


def _without_qualifier(text: str) -> str:
    return _QUALIFIER.sub("", text) or text
