"""Context shared by the readers of records: position, known areas, and notices of unread values."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.exchange.importers.base.problems import Problems
from services.exchange.importers.base.records import LANGUAGES
from services.exchange.importers.base.rich_text import one_line, plain_text

from .shape import objects, string


@dataclass
class ReadingContext:
    """The record being read. `where` names its place in the source; `who` names it in notices."""

    problems: Problems
    municipalities: Collection[str]
    """Codes that exist, three digits."""
    counties: Collection[str]
    """Codes that exist, two digits."""
    where: str = ""
    who: str = ""
    class_names: dict[tuple[str, str], str] = field(default_factory=dict)
    """Filled with what the source calls the classes that it uses."""

    def error(self, code: str, detail: str) -> None:
        self.problems.error(code, self.where, detail)

    def notice(self, code: str, value: str) -> None:
        self.problems.notice(code, value, self.who)

    def notice_unread_keys(self, kind: str, item: dict, *, read: set[str], bookkeeping: set[str] = frozenset()) -> None:
        """Count non-empty values of an object that are neither read nor bookkeeping."""
        for key, value in item.items():
            if key in read or key in bookkeeping or value in (None, "", [], {}, False):
                continue
            self.notice("not-kept", f"{kind}: {key}")


def read_texts(items: list[dict], reading: ReadingContext, *, line: bool = False, key: str = "value") -> dict[str, str]:
    """{"fi": ...} of a list of {language, value}; the first text of a language counts, empty ones do not."""
    texts: dict[str, str] = {}
    for item in items:
        language, raw = string(item, "language"), string(item, key)
        if not raw:
            continue
        if language not in LANGUAGES:
            reading.notice("text-in-another-language", language or "(none)")
            continue
        text = one_line(raw) if line else plain_text(raw)
        if text:
            texts.setdefault(language, text)
    return texts


def texts_by_type(
    items: list[dict], types: dict[str, str], reading: ReadingContext, *, line: bool = False
) -> dict[str, dict[str, str]]:
    """{"Name": {"fi": ...}} of a list of {type, language, value}, types under their current names."""
    by_type: dict[str, list[dict]] = {}
    for item in items:
        source_type = string(item, "type")
        kind = types.get(source_type)
        if kind is None:
            if string(item, "value"):
                reading.notice("unknown-text-type", source_type or "(none)")
            continue
        by_type.setdefault(kind, []).append(item)
    return {kind: read_texts(entries, reading, line=line) for kind, entries in by_type.items()}


def texts_of_key(holder: dict, key: str, reading: ReadingContext, *, line: bool = False) -> dict[str, str]:
    return read_texts(objects(holder, key), reading, line=line)


def join_texts(*parts: dict[str, str], by: str = "\n\n") -> dict[str, str]:
    """The texts of each language joined, without duplicates."""
    return {
        language: by.join(dict.fromkeys(part[language] for part in parts if part.get(language)))
        for language in LANGUAGES
        if any(part.get(language) for part in parts)
    }


def read_modified(item: dict, reading: ReadingContext) -> datetime | None:
    """When the record was last changed at the source (UTC)."""
    value = string(item, "modified")
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        reading.notice("bad-date", value)
        return None
