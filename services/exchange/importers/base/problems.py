"""Problems of an import: errors that stop it, and notices that count values it could not import."""

from dataclasses import dataclass, field

MAX_TEXT_LENGTH = 300


class SourceError(Exception):
    """The source cannot be read at all; the message gives the reason in one line."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An error of the source. `where` is the file or address, and the position in it."""

    code: str
    where: str
    detail: str

    def __str__(self) -> str:
        return f"{self.where}: {self.detail} ({self.code})"


@dataclass(slots=True)
class Notice:
    """The number of times that a value could not be imported unchanged, with a few example records."""

    code: str
    value: str
    count: int = 0
    examples: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.code}: {self.value} ({self.count})"


def printable(text: str) -> str:
    """Return external text without control characters, for terminals and JSON columns, and cut if it is long."""
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return text if len(text) <= MAX_TEXT_LENGTH else text[: MAX_TEXT_LENGTH - 1] + "…"


class Problems:
    """Collects errors and notices while a source is read and written."""

    MAX_EXAMPLES = 3

    def __init__(self) -> None:
        self.errors: list[Problem] = []
        self._notices: dict[tuple[str, str], Notice] = {}

    def error(self, code: str, where: str, detail: str) -> None:
        """Add an error, which stops the import before it writes."""
        self.errors.append(Problem(code, printable(where), printable(detail)))

    def notice(self, code: str, value: str, example: str = "") -> None:
        """Count an occurrence of `value`; `example` is the name of the record that has it."""
        value, example = printable(value), printable(example)
        notice = self._notices.setdefault((code, value), Notice(code, value))
        notice.count += 1
        if example and len(notice.examples) < self.MAX_EXAMPLES and example not in notice.examples:
            notice.examples.append(example)

    @property
    def notices(self) -> list[Notice]:
        """All notices by code, the most frequent value first."""
        return sorted(self._notices.values(), key=lambda notice: (notice.code, -notice.count, notice.value))

    def count(self, code: str) -> int:
        """Return the number of occurrences of all values with this code."""
        return sum(notice.count for notice in self._notices.values() if notice.code == code)
