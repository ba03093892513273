"""Read texts by language: PTV lists them as objects with a language code."""

from services.exchange.importers.base.records import LANGUAGES
from services.exchange.importers.base.rich_text import one_line, plain_text

from .reading_context import ReadingContext
from .shape import objects, string


def read_texts(
    items: list[dict], reading: ReadingContext, *, is_line: bool = False, key: str = "value"
) -> dict[str, str]:
    """Return {"fi": ...} of a list of {language, value}: the first non-empty text of each language.

    With `is_line` texts have no line breaks.
    """
    text_by_language: dict[str, str] = {}
    for item in items:
        language, raw = string(item, "language"), string(item, key)
        if not raw:
            continue
        if language not in LANGUAGES:
            reading.notice("text-in-another-language", language or "(none)")
            continue
        text = one_line(raw) if is_line else plain_text(raw)
        if text:
            text_by_language.setdefault(language, text)
    return text_by_language


def texts_by_type(
    items: list[dict], types: dict[str, str], reading: ReadingContext, *, is_line: bool = False
) -> dict[str, dict[str, str]]:
    """Return {"Name": {"fi": ...}} of a list of {type, language, value}; `types` maps types to their current names."""
    by_type: dict[str, list[dict]] = {}
    for item in items:
        type_name = string(item, "type")
        if type_name in types:
            by_type.setdefault(types[type_name], []).append(item)
        elif string(item, "value"):
            reading.notice("unknown-text-type", type_name or "(none)")
    return {type_name: read_texts(entries, reading, is_line=is_line) for type_name, entries in by_type.items()}


def texts_of_key(holder: dict, key: str, reading: ReadingContext, *, is_line: bool = False) -> dict[str, str]:
    """Return {"fi": ...} of the list of {language, value} under a key."""
    return read_texts(objects(holder, key), reading, is_line=is_line)


def join_texts(*parts: dict[str, str], separator: str = "\n\n") -> dict[str, str]:
    """Return the texts of each language joined, without duplicates."""
    return {
        language: separator.join(dict.fromkeys(part[language] for part in parts if part.get(language)))
        for language in LANGUAGES
        if any(part.get(language) for part in parts)
    }
