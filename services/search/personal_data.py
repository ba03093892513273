"""Detect personal data in text, which must not be searched for, stored or passed on."""

import re
import unicodedata
from enum import Enum
from itertools import pairwise

import pyvoikko

from .analysis import normalise_text
from .stopwords import STOP_WORDS

# In characters; longer texts are likely to describe a personal situation.
MAX_COUNTED_LENGTH = 100

# Matches the shape and ignores the check character: a mistyped code still identifies a person. A date, a century sign
# (including the newer ones), three digits and a check character, with optional blanks and points. Without a sign, a
# final letter distinguishes it from other numbers.
_DATE = r"(?<!\d)[0-3]\d[\s.]?[01]\d[\s.]?\d\d"
_IDENTITY_CODE = re.compile(
    rf"{_DATE}(?:\s?[-+A-FU-Y]\s?\d{{3}}\s?[0-9A-FHJ-NPR-Y]|\s?\d{{3}}[A-FHJ-NPR-Y])(?!\w)", re.IGNORECASE
)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
# Numbers that do not identify a person: ages, school years and well-known numbers.
_NUMBER = r"(?<![\w.,:/+–-])(?:0|[1-9]\d?)"
_RANGE = re.compile(rf"{_NUMBER}\s?[-–]\s?[1-9]\d?(?![\w.,:/–-])(?!\s?\d)")
_AGE = re.compile(
    rf"{_NUMBER}(?:[.,]5)?(?:\s?[-–]\s?[1-9]\d?)?\.?\s?-?\s?"
    r"(?:v|vuoti\w*|vuot\w*|kk|kuukau\w*|vko\w*|viik\w*|luok\w*|år\w*|mån\w*|veck\w*|years?|yrs?|yo|months?|weeks?)\b"
    r"(?!\s?\d)"
)
_WELL_KNOWN_NUMBERS = re.compile(r"(?<!\w)(?:112|116\s?117|24/7|covid-?19|s2|(?:tyypin|typ|type)\s[12])(?!\w)")
# A number after a street is a house number, even if it looks like an age.
_STREET = re.compile(r"(?:tie|katu|kadu|kuja|polku|polu|raitti|kaari|väylä|vägen|gatan|gränden|stigen)\w{0,4}\s+\d")
_ADDRESS = re.compile(r"@|://|\bwww\b|[^\W\d]\.[^\W\d_]{2,}")
_EMAIL = re.compile(r"\S@\S")
_WITHIN_SENTENCE = re.compile(r"(?<=[^\W\d_,;:–-])[,;:–-]?\s+([^\W\d_]+)")
_PHONE = re.compile(r"(?<!\d)(?:\+|\(?0)\d?(?:[\s()/-]?\d){5,}")
_LETTERS = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_PERSON_NAME_CLASSES = frozenset({"etunimi", "sukunimi"})
# Voikko reads these as surnames, but they are used of a diagnosis, a school or an organisation.
_SURNAMES_USED_AS_TERMS = frozenset(
    {"amis", "asperger", "alzheimer", "mannerheim", "montessori", "parkinson", "steiner", "tourette"}
)
_ALL_STOP_WORDS = frozenset().union(*STOP_WORDS.values())


class PersonalData(Enum):
    """Kinds of personal data that a short text may hold, besides identity codes."""

    PHONE = "phone"
    EMAIL = "email"
    NAME = "name"


def holds_identity_code(text: str) -> bool:
    """Whether a text contains something shaped like a Finnish personal identity code (henkilötunnus)."""
    # Compare what a reader sees: no invisible characters, compatible digits and dashes unified.
    visible = unicodedata.normalize("NFKC", normalise_text(text)).translate(_DASHES)
    return bool(_IDENTITY_CODE.search(visible))


def personal_data_in(text: str) -> set[PersonalData]:
    """The kinds of personal data that a sentence seems to hold."""
    kinds = set()
    if _PHONE.search(text):
        kinds.add(PersonalData.PHONE)
    if _EMAIL.search(text):
        kinds.add(PersonalData.EMAIL)
    if _names_somebody(text):
        kinds.add(PersonalData.NAME)
    return kinds


def _names_somebody(text: str) -> bool:
    """Whether a sentence names a person: stricter than for searches, where any doubt counts."""
    words = [_WordReading(word) for word in _LETTERS.findall(text)]
    if any(word.is_name and word.is_capitalised for word in words):
        return True
    if any(first.is_name and second.is_name for first, second in pairwise(words)):
        return True
    # A capital within a sentence, even if the word may be another one too.
    within = [_WordReading(match[1]) for match in _WITHIN_SENTENCE.finditer(text)]
    return any(word.is_capitalised and word.may_be_name for word in within)


def countable_query(text: str, language: str) -> str:
    """Return a search for the statistics, in lower case with single blanks; empty if it may identify a person.

    In doubt it is empty. `language` is the reader's: lower-case names are recognised in Finnish only.
    """
    typed = " ".join(unicodedata.normalize("NFC", text).split())
    plain = unicodedata.normalize("NFC", typed.lower())
    if len(plain) > MAX_COUNTED_LENGTH or not any(c.isalpha() for c in plain):
        return ""
    return (
        "" if _has_identifying_number(plain) or _ADDRESS.search(plain) or _has_person_name(typed, language) else plain
    )


def _has_identifying_number(text: str) -> bool:
    """Whether a text has digits other than ages and well-known numbers."""
    if _STREET.search(text):
        return True
    for harmless in (_WELL_KNOWN_NUMBERS, _AGE):
        text = harmless.sub(" ", text)
    text = _RANGE.sub(lambda match: " " if _is_ascending(match.group()) else match.group(), text)
    return any(c.isnumeric() for c in text)


def _is_ascending(ages: str) -> bool:
    first, last = map(int, re.findall(r"\d+", ages))
    return first < last


def _has_person_name(typed: str, language: str) -> bool:
    """Whether a text names a person: two names, or a name together with other words or a number."""
    words = [_WordReading(word) for word in _LETTERS.findall(typed)]
    for first, second in pairwise(words):
        if first.may_be_name and second.may_be_name:
            return True
        # Names that Voikko does not know are recognised by their capitals.
        if first.is_capitalised and second.is_capitalised and not (first.is_word or second.is_word):
            return True
    if any(c.isnumeric() for c in typed) and any(word.may_be_name for word in words):
        return True
    return len(words) > 1 and any(word.is_name and (word.is_capitalised or language == "fi") for word in words)


class _WordReading:
    """Voikko's reading of a word: name, common word or unknown."""

    def __init__(self, typed: str):
        word = typed.lower()
        readings = [] if word in _ALL_STOP_WORDS else pyvoikko.analyse(word)
        kinds = {reading.CLASS for reading in readings if reading.BASEFORM.lower() not in _SURNAMES_USED_AS_TERMS}
        self.is_capitalised = typed.istitle()
        self.may_be_name = bool(kinds & _PERSON_NAME_CLASSES)
        self.is_name = self.may_be_name and kinds <= _PERSON_NAME_CLASSES
        # A known word that cannot be a name.
        self.is_word = word in _ALL_STOP_WORDS or (bool(readings) and not self.may_be_name)
