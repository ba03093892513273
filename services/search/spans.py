"""Where the words of a text stand in it, for marking them and for taking some of them out."""

import re
import unicodedata
from dataclasses import dataclass

_MAX_WORD = 60
# Soft hyphens and blanks of no width, which web pages hold inside words.
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_WORD = re.compile(rf"[^\W_](?:[{_UNSEEN}]*(?:[-‐–'’][{_UNSEEN}]*)?[^\W_])*")
_SEEN = dict.fromkeys(map(ord, _UNSEEN))


@dataclass(frozen=True)
class Span:
    """One word: where it stands, and its letters as `analysis.surfaces` gives them."""

    start: int
    end: int
    surface: str


def composed(text: str) -> str:
    """The text in the form in which its words are looked for (NFC)."""
    return unicodedata.normalize("NFC", text)


def spans(text: str) -> list[Span]:
    """The words of a composed text, in order."""
    return [
        Span(match.start(), match.end(), match.group().translate(_SEEN).lower()[:_MAX_WORD])
        for match in _WORD.finditer(text)
    ]
