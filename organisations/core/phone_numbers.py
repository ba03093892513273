"""Find phone numbers in free text, and build the `tel:` URIs that dial them (RFC 3966)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher

# Numbers without a country code are Finnish.
REGION = "FI"
# 112, 116117, 020202: too short for a subscriber's number, and dialled as written.
_SHORT_NUMBER = re.compile(r"\d(?: ?\d){2,5}")
# Numbers that the numbering plan does not have are dialled as written.
_DIALABLE = re.compile(r"[+(]?(?:\d[\s()/.–-]*){3,}")
_EXTENSION = re.compile(
    r"[\s,;]*\(?\s*(?:alanumero|alanro|anknytning|ankn\.?|extension|ext\.?)\s*(\d{1,7})\s*\)?", re.I
)
# " / " and ", " separate numbers; a slash without spaces may be part of a number.
_PART = re.compile(r"[^\s/,;](?:(?!\s+/\s|[,;]\s).)*(?<!\s)", re.S)
_SEPARATORS = re.compile(r"[\s/,;]*")


@dataclass(frozen=True)
class PhoneNumber:
    """A number in a text: `text[start:end]`, dialled by `uri`."""

    start: int
    end: int
    uri: str


def find_phone_numbers(text: str) -> list[PhoneNumber]:
    """The numbers in a text, in order; an extension belongs to the number before it."""
    return [number for part in _PART.finditer(text) for number in _numbers_in(text, *part.span())]


def _numbers_in(text: str, start: int, end: int) -> Iterator[PhoneNumber]:
    part = text[start:end]
    matches = (
        [] if _SHORT_NUMBER.fullmatch(part) else list(PhoneNumberMatcher(part, REGION, leniency=Leniency.POSSIBLE))
    )
    if not matches and _DIALABLE.fullmatch(part):
        yield PhoneNumber(start, end, "tel:" + re.sub(r"\(0\)|[^\d+]", "", part))
    for match in matches:
        extension, match_end = match.number.extension, match.end
        if not extension and (following := _EXTENSION.match(part, match_end)):
            extension, match_end = following[1], following.end()
        yield PhoneNumber(start + match.start, start + match_end, _uri(match, extension))


def is_phone_number(text: str) -> bool:
    """Whether a text is one or more phone numbers and nothing else."""
    position = 0
    numbers = find_phone_numbers(text)
    for number in numbers:
        if not _SEPARATORS.fullmatch(text, position, number.start):
            return False
        position = number.end
    return bool(numbers) and bool(_SEPARATORS.fullmatch(text, position))


def _uri(match: phonenumbers.PhoneNumberMatch, extension: str | None) -> str:
    """The URI keeps the form as written: some Finnish service numbers cannot be reached with a country code."""
    international = match.raw_string.lstrip(" (").startswith(("+", "00"))
    style = PhoneNumberFormat.E164 if international else PhoneNumberFormat.NATIONAL
    number = phonenumbers.PhoneNumber()
    # "+358 (0)9": the trunk zero is not dialled after a country code.
    number.merge_from(
        phonenumbers.parse(match.raw_string.replace("(0)", ""), REGION) if international else match.number
    )
    number.extension = None
    dialled = phonenumbers.format_number(number, style)
    plus = "+" if international else ""
    return f"tel:{plus}{_digits(dialled)}" + (f";ext={extension}" if extension else "")


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
