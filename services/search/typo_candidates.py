"""Generate dictionary words that are one mistake away from an unknown word, in their inflected form."""

from functools import lru_cache
from itertools import product

import pyvoikko

from .analysis import analyse
from .terms import term

# Letters to insert or substitute; the others are rare in Finnish words.
_LETTERS = "adeghijklmnoprstuvyäö"
_DOTTED_LETTERS = {"a": "aä", "o": "oö"}
# Bounds the time: length in letters, and letters that may have lost their dots.
_MIN_LENGTH, _MAX_LENGTH, _MAX_DOTS = 4, 24, 7


@lru_cache(maxsize=5_000)
def typo_candidates(surface: str) -> dict[str, tuple[str, ...]]:
    """Return the dictionary words that may have been meant, with the terms of each.

    Missing dots are restored first, since keyboards without them lose all. Otherwise, unless the dictionary knows the
    word, one letter is inserted, replaced or removed, or two are swapped. Takes up to a tenth of a second for long
    words.
    """
    if not _MIN_LENGTH <= len(surface) <= _MAX_LENGTH or not surface.isalpha():
        return {}
    words = [word for word in _with_dots(surface) if pyvoikko.analyse(word)]
    if not words and not analyse(surface, "fi").is_known:
        words = [word for word in sorted(_one_letter_changed(surface)) if pyvoikko.analyse(word)]
    return {word: tuple(term("fi", text) for text in terms) for word in words if (terms := analyse(word, "fi").terms)}


def swapped_neighbours(surface: str, language: str) -> dict[str, tuple[str, ...]]:
    """Return variants with two adjacent letters swapped, with their terms. They share few trigrams with the word."""
    if not _MIN_LENGTH <= len(surface) <= _MAX_LENGTH or not surface.isalpha():
        return {}
    swapped = {surface[:at] + surface[at + 1] + surface[at] + surface[at + 2 :] for at in range(len(surface) - 1)}
    return {
        word: tuple(term(language, text) for text in terms)
        for word in sorted(swapped - {surface})
        if (terms := analyse(word, language).terms)
    }


def _with_dots(word: str) -> list[str]:
    """Return variants with dots on some letters, if the word has none."""
    if any(letter in "äö" for letter in word) or sum(letter in _DOTTED_LETTERS for letter in word) > _MAX_DOTS:
        return []
    every = ("".join(letters) for letters in product(*(_DOTTED_LETTERS.get(letter, letter) for letter in word)))
    return [dotted for dotted in every if dotted != word]


def _one_letter_changed(word: str) -> set[str]:
    variants = set()
    for at in range(len(word) + 1):
        start, end = word[:at], word[at:]
        variants |= {start + letter + end for letter in _LETTERS}
        if end:
            variants.add(start + end[1:])
            variants |= {start + letter + end[1:] for letter in _LETTERS}
        if len(end) > 1:
            variants.add(start + end[1] + end[0] + end[2:])
    return variants - {word}
