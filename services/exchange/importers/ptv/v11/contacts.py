"""Read phone numbers, e-mail addresses and web pages."""

import re
from urllib.parse import urlsplit

from services.exchange.importers.base.records import LANGUAGES, PhoneRecord
from services.exchange.importers.base.rich_text import one_line

from .reading_context import ReadingContext
from .shape import flag, string
from .vocabulary import CALL_CHARGE_NOTES, CALL_CHARGES, PHONE_TYPES

PHONE_KEYS = {
    "number",
    "language",
    "prefixNumber",
    "isFinnishServiceNumber",
    "additionalInformation",
    "serviceChargeType",
    "chargeDescription",
    "type",
}
PHONE_BOOKKEEPING = {"id", "ownerReferenceId", "ownerReferenceId2", "orderNumber"}
EMAIL = re.compile(r"[^@\s,;<>()\"]{1,64}@[^@\s,;<>()\"]+\.[^@\s,;<>()\".]{2,}")
URL_LENGTH = 500
EMAIL_LENGTH = 254


def read_phones(items: list[dict], reading: ReadingContext) -> tuple[PhoneRecord, ...]:
    """Return the numbers in order, without fax numbers; a number in several languages is one record."""
    labels: dict[str, dict[str, str]] = {}
    charges: dict[str, dict[str, str]] = {}
    for item in items:
        reading.notice_unread_keys("phone", item, read=PHONE_KEYS, bookkeeping=PHONE_BOOKKEEPING)
        kind = string(item, "type")
        number = full_number(item)
        if not number:
            continue
        if kind not in PHONE_TYPES:
            reading.notice("unknown-phone-type", kind)
        if kind == "Fax":
            reading.notice("not-kept", "phone: fax number")
            continue
        language = string(item, "language")
        label = labels.setdefault(number, {})
        charge = charges.setdefault(number, {})
        if language not in LANGUAGES:
            reading.notice("text-in-another-language", language or "(none)")
            continue
        if note := one_line(string(item, "additionalInformation")):
            label.setdefault(language, note)
        for lang, text in _charge_note(item, language, reading).items():
            charge.setdefault(lang, text)
    return tuple(PhoneRecord(number, label, charges[number]) for number, label in labels.items())


def full_number(item: dict) -> str:
    """Return prefix and number; Finnish service numbers are dialled without a prefix."""
    number = re.sub(r"\s+", " ", string(item, "number"))
    prefix = string(item, "prefixNumber")
    if not number or flag(item, "isFinnishServiceNumber") or not prefix or number.startswith("+"):
        return number
    # "+358 09 ..." is a common mistake: the trunk zero is not dialled after the country code.
    return f"{prefix} {number.lstrip('0') if prefix == '+358' else number}"


def _charge_note(item: dict, language: str, reading: ReadingContext) -> dict[str, str]:
    kind = string(item, "serviceChargeType")
    if kind and kind not in CALL_CHARGES:
        reading.notice("unknown-charge-type", kind)
    if description := one_line(string(item, "chargeDescription")):
        return {language: description}
    standard_notes = CALL_CHARGE_NOTES.get(CALL_CHARGES.get(kind, "other"), {})
    return {language: standard_notes[language]} if language in standard_notes else {}


def read_email(items: list[dict], reading: ReadingContext) -> str:
    """Return the first valid address, preferably the Finnish one; further ones are counted as notices."""
    valid: list[str] = []
    for item in sorted(items, key=lambda entry: string(entry, "language") != "fi"):
        address = string(item, "value").removeprefix("mailto:")
        if not address:
            continue
        if not EMAIL.fullmatch(address) or len(address) > EMAIL_LENGTH:
            reading.notice("bad-email", address)
        elif address.lower() not in (other.lower() for other in valid):
            valid.append(address)
    for _ in valid[1:]:
        reading.notice("not-kept", "further e-mail address")
    return valid[0] if valid else ""


def read_web_pages(items: list[dict], reading: ReadingContext) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the first page of each language, and all others as {language: "name: address"}."""
    first: dict[str, str] = {}
    others: list[dict[str, str]] = []
    for item in items:
        language = string(item, "language")
        address = valid_web_address(string(item, "url") or string(item, "value"), reading)
        if not address:
            continue
        if language not in LANGUAGES:
            reading.notice("text-in-another-language", language or "(none)")
        elif language not in first:
            first[language] = address
        elif first[language] != address:
            name = one_line(string(item, "value")) if string(item, "url") else ""
            others.append({language: f"{name}: {address}" if name else address})
    return first, others


def valid_web_address(value: str, reading: ReadingContext) -> str:
    """Return a valid http(s) address; "" with a notice if it is not valid."""
    value = value.strip()
    if not value:
        return ""
    if re.match(r"www\.|[\w-]+(\.[\w-]+)+(/|$)", value):
        value = f"https://{value}"
    try:
        parts = urlsplit(value)
        is_valid = parts.scheme in {"http", "https"} and "." in (parts.hostname or "")
    except ValueError:
        is_valid = False
    if not is_valid or len(value) > URL_LENGTH or re.search(r"[\s<>\"]", value):
        reading.notice("bad-web-address", value[:100])
        return ""
    return value
