"""Words that are one mistake away from a word nobody knows: in the very form that was meant, ending and all."""

from functools import lru_cache
from itertools import product

import pyvoikko

from .analysis import analyse
from .terms import term

# Letters that are wrong or missing; the others stand in hardly any Finnish word.
_LETTERS = "adeghijklmnoprstuvyäö"
_DOTTED_LETTERS = {"a": "aä", "o": "oö"}
# Longer words take too long, and too many ways to set dots in one.
_MIN_LENGTH, _MAX_LENGTH, _MAX_DOTS = 4, 24, 7


@lru_cache(maxsize=5_000)
def typo_candidates(surface: str) -> dict[str, tuple[str, ...]]:
    """The words of the dictionary that somebody may have meant, with the terms of each.

    Dots that were left out are set first, as those who cannot type them leave out all. Else one letter is missing,
    wrong or too many, or two are swapped; not so where the dictionary knows the word as it stands. Takes up to a tenth
    of a second, the longer the word is.
    """
    if not _MIN_LENGTH <= len(surface) <= _MAX_LENGTH or not surface.isalpha():
        return {}
    found = [word for word in _with_dots(surface) if pyvoikko.analyse(word)]
    if not found and not analyse(surface, "fi").is_known:
        found = [word for word in sorted(_one_letter_changed(surface)) if pyvoikko.analyse(word)]
    return {word: tuple(term("fi", text) for text in terms) for word in found if (terms := analyse(word, "fi").terms)}


def swapped_neighbours(surface: str, language: str) -> dict[str, tuple[str, ...]]:
    """The word with each two neighbouring letters swapped, with its terms: such words share few trigrams."""
    if not _MIN_LENGTH <= len(surface) <= _MAX_LENGTH or not surface.isalpha():
        return {}
    swapped = {surface[:at] + surface[at + 1] + surface[at] + surface[at + 2 :] for at in range(len(surface) - 1)}
    return {
        word: tuple(term(language, text) for text in terms)
        for word in sorted(swapped - {surface})
        if (terms := analyse(word, language).terms)
    }


def _with_dots(word: str) -> list[str]:
    """The word with dots on some of its letters, where it has none."""
    if any(letter in "äö" for letter in word) or sum(letter in _DOTTED_LETTERS for letter in word) > _MAX_DOTS:
        return []
    every = ("".join(letters) for letters in product(*(_DOTTED_LETTERS.get(letter, letter) for letter in word)))
    return [dotted for dotted in every if dotted != word]


def _one_letter_changed(word: str) -> set[str]:
    found = set()
    for at in range(len(word) + 1):
        start, end = word[:at], word[at:]
        found |= {start + letter + end for letter in _LETTERS}
        if end:
            found.add(start + end[1:])
            found |= {start + letter + end[1:] for letter in _LETTERS}
        if len(end) > 1:
            found.add(start + end[1] + end[0] + end[2:])
    return found - {word}
