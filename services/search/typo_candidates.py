"""Dictionary words one mistake away from an unknown word, in the inflected form that was meant."""

from functools import lru_cache
from itertools import product

import pyvoikko

from .analysis import analyse
from .terms import term

# Letters to try for wrong or missing ones; the others are rare in Finnish.
_LETTERS = "adeghijklmnoprstuvyäö"
_DOTTED_LETTERS = {"a": "aä", "o": "oö"}
# Limits of computing time: word length, and letters that may lack dots.
_MIN_LENGTH, _MAX_LENGTH, _MAX_DOTS = 4, 24, 7


@lru_cache(maxsize=5_000)
def typo_candidates(surface: str) -> dict[str, tuple[str, ...]]:
    """Dictionary words that may have been meant, with the terms of each.

    First tries missing dots on any number of letters, as some keyboards lack them. Otherwise, if the word is unknown,
    one letter missing, wrong or surplus, or two swapped. Takes up to 0.1 seconds for long words.
    """
    if not _MIN_LENGTH <= len(surface) <= _MAX_LENGTH or not surface.isalpha():
        return {}
    candidates = [word for word in _with_dots(surface) if pyvoikko.analyse(word)]
    if not candidates and not analyse(surface, "fi").is_known:
        candidates = [word for word in sorted(_one_letter_changed(surface)) if pyvoikko.analyse(word)]
    return {
        word: tuple(term("fi", text) for text in terms) for word in candidates if (terms := analyse(word, "fi").terms)
    }


def swapped_neighbours(surface: str, language: str) -> dict[str, tuple[str, ...]]:
    """The word with each pair of adjacent letters swapped, and its terms: trigrams match such words poorly."""
    if not _MIN_LENGTH <= len(surface) <= _MAX_LENGTH or not surface.isalpha():
        return {}
    swapped = {surface[:at] + surface[at + 1] + surface[at] + surface[at + 2 :] for at in range(len(surface) - 1)}
    return {
        word: tuple(term(language, text) for text in terms)
        for word in sorted(swapped - {surface})
        if (terms := analyse(word, language).terms)
    }


def _with_dots(word: str) -> list[str]:
    """Variants of a word without dots that have dots on some letters."""
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
