"""Texts with weights -> a PostgreSQL tsvector, written out so that one statement stores many."""

from collections.abc import Iterable

from .analysis import words

# PostgreSQL's four weight classes. A part of a compound is weaker evidence than the whole: one class down.
_WEAKER = {"A": "B", "B": "C", "C": "D", "D": "D"}
_STRENGTH = {"A": 4, "B": 3, "C": 2, "D": 1}
_MAX_POSITION = 16_000


def vector(texts: Iterable[tuple[str, str]], language: str) -> str:
    """A tsvector literal of `texts`, pairs of weight class (A to D) and text.

    A term keeps at most the positions that PostgreSQL itself would keep; a strong weight comes first.
    """
    places: dict[str, list[tuple[int, str]]] = {}
    position = 0
    for weight, text in texts:
        for word in words(text, language):
            position = min(position + 1, _MAX_POSITION)
            for term in word.terms:
                places.setdefault(term, []).append((position, weight))
            for part in word.parts:
                places.setdefault(part, []).append((position, _WEAKER[weight]))
    return " ".join(f"'{_escape(term)}':{_positions(found)}" for term, found in places.items())


def _positions(found: list[tuple[int, str]]) -> str:
    strongest: dict[int, str] = {}
    for position, weight in found:
        if _STRENGTH[weight] > _STRENGTH.get(strongest.get(position, ""), 0):
            strongest[position] = weight
    return ",".join(f"{position}{weight}" for position, weight in sorted(strongest.items())[:200])


def _escape(term: str) -> str:
    return term.replace("\\", "\\\\").replace("'", "''")
