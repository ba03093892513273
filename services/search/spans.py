"""Positions of words in a text, for highlighting and removing them."""

import re
import unicodedata
from dataclasses import dataclass

_MAX_WORD_LENGTH = 60
# Soft hyphens and zero-width characters, which text from web pages has inside words.
_INVISIBLE_CHARACTERS = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_WORD = re.compile(rf"[^\W_](?:[{_INVISIBLE_CHARACTERS}]*(?:[-‐–'’][{_INVISIBLE_CHARACTERS}]*)?[^\W_])*")
_REMOVE_INVISIBLE = dict.fromkeys(map(ord, _INVISIBLE_CHARACTERS))


@dataclass(frozen=True)
class WordSpan:
    """One word: its position, and its letters as `analysis.surface_words` returns them."""

    start: int
    end: int
    surface: str


def compose_text(text: str) -> str:
    """The text in composed Unicode (NFC), as `word_spans` expects it."""
    return unicodedata.normalize("NFC", text)


def word_spans(text: str) -> list[WordSpan]:
    """The words of a composed text, in order."""
    return [
        WordSpan(match.start(), match.end(), match.group().translate(_REMOVE_INVISIBLE).lower()[:_MAX_WORD_LENGTH])
        for match in _WORD.finditer(text)
    ]
