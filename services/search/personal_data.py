"""What must not be searched for, stored or passed on: whatever may tell who somebody is."""

import re
import unicodedata
from itertools import pairwise

import pyvoikko

from .analysis import normalise_text
from .stopwords import STOP_WORDS

# The longest text that is counted; whoever types more than this tells a story.
MAX_COUNTED_LENGTH = 100

# By shape, whatever the check character: a mistyped code is somebody's code all the same. Dates, a sign for the
# century (the newer ones too), three digits and a check character; blanks and points where people put them. Without a
# sign a letter at the end tells it from other numbers.
_DATE = r"(?<!\d)[0-3]\d[\s.]?[01]\d[\s.]?\d\d"
_IDENTITY_CODE = re.compile(
    rf"{_DATE}(?:\s?[-+A-FU-Y]\s?\d{{3}}\s?[0-9A-FHJ-NPR-Y]|\s?\d{{3}}[A-FHJ-NPR-Y])(?!\w)", re.IGNORECASE
)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
# Digits that tell nothing about a person: ages and school years, and numbers that everybody knows.
_NUMBER = r"(?<![\w.,:/+–-])(?:0|[1-9]\d?)"
_RANGE = re.compile(rf"{_NUMBER}\s?[-–]\s?[1-9]\d?(?![\w.,:/–-])(?!\s?\d)")
_AGE = re.compile(
    rf"{_NUMBER}(?:[.,]5)?(?:\s?[-–]\s?[1-9]\d?)?\.?\s?-?\s?"
    r"(?:v|vuoti\w*|vuot\w*|kk|kuukau\w*|vko\w*|viik\w*|luok\w*|år\w*|mån\w*|veck\w*|years?|yrs?|yo|months?|weeks?)\b"
    r"(?!\s?\d)"
)
_WELL_KNOWN_NUMBERS = re.compile(r"(?<!\w)(?:112|116\s?117|24/7|covid-?19|s2|(?:tyypin|typ|type)\s[12])(?!\w)")
# A number after a street is a house number, however much it looks like an age.
_STREET = re.compile(r"(?:tie|katu|kadu|kuja|polku|polu|raitti|kaari|väylä|vägen|gatan|gränden|stigen)\w{0,4}\s+\d")
_ADDRESS = re.compile(r"@|://|\bwww\b|[^\W\d]\.[^\W\d_]{2,}")
_LETTERS = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_PERSON_NAME_CLASSES = frozenset({"etunimi", "sukunimi"})
# Read as surnames, and said of a diagnosis, a school or an organisation.
_SURNAMES_USED_AS_TERMS = frozenset(
    {"amis", "asperger", "alzheimer", "mannerheim", "montessori", "parkinson", "steiner", "tourette"}
)
_ALL_STOP_WORDS = frozenset().union(*STOP_WORDS.values())


def holds_identity_code(text: str) -> bool:
    """Whether a text holds something shaped like a Finnish personal identity code (henkilötunnus)."""
    # As a reader sees it: without marks that cannot be seen, whatever digits and dashes they typed.
    seen = unicodedata.normalize("NFKC", normalise_text(text)).translate(_DASHES)
    return bool(_IDENTITY_CODE.search(seen))


def countable_query(text: str, language: str) -> str:
    """A search as it may be counted, in lower case and with single blanks; empty where it may tell of a person.

    In doubt it is empty. `language` is the reader's: Finnish names are known in small letters in Finnish only.
    """
    typed = " ".join(unicodedata.normalize("NFC", text).split())
    plain = unicodedata.normalize("NFC", typed.lower())
    if len(plain) > MAX_COUNTED_LENGTH or not any(c.isalpha() for c in plain):
        return ""
    return (
        "" if _has_identifying_number(plain) or _ADDRESS.search(plain) or _has_person_name(typed, language) else plain
    )


def _has_identifying_number(text: str) -> bool:
    """Whether there are other digits than those of ages and of numbers that everybody knows."""
    if _STREET.search(text):
        return True
    for harmless in (_WELL_KNOWN_NUMBERS, _AGE):
        text = harmless.sub(" ", text)
    text = _RANGE.sub(lambda found: " " if _is_ascending(found.group()) else found.group(), text)
    return any(c.isnumeric() for c in text)


def _is_ascending(ages: str) -> bool:
    first, last = map(int, re.findall(r"\d+", ages))
    return first < last


def _has_person_name(typed: str, language: str) -> bool:
    """Whether a name of a person stands there: two names, or a name and something that is said of its bearer."""
    words = [_WordReading(word) for word in _LETTERS.findall(typed)]
    for one, other in pairwise(words):
        if one.may_be_name and other.may_be_name:
            return True
        # Names that Voikko does not know are told by their capitals.
        if one.is_capitalised and other.is_capitalised and not (one.is_word or other.is_word):
            return True
    if any(c.isnumeric() for c in typed) and any(word.may_be_name for word in words):
        return True
    return len(words) > 1 and any(word.is_name and (word.is_capitalised or language == "fi") for word in words)


class _WordReading:
    """What Voikko takes a word for."""

    def __init__(self, typed: str):
        word = typed.lower()
        readings = [] if word in _ALL_STOP_WORDS else pyvoikko.analyse(word)
        kinds = {reading.CLASS for reading in readings if reading.BASEFORM.lower() not in _SURNAMES_USED_AS_TERMS}
        self.is_capitalised = typed.istitle()
        self.may_be_name = bool(kinds & _PERSON_NAME_CLASSES)
        self.is_name = self.may_be_name and kinds <= _PERSON_NAME_CLASSES
        # Something else than a name, and not merely unknown.
        self.is_word = word in _ALL_STOP_WORDS or (bool(readings) and not self.may_be_name)
