"""What somebody typed -> tsqueries in each language."""

from dataclasses import dataclass, field

from .analysis import LANGUAGES, Word, words

MAX_WORDS = 12
MAX_LENGTH = 300


@dataclass(frozen=True)
class TextQuery:
    """A parsed text query.

    `by_language` holds, for each language, one tsquery per word that carries meaning in it; `language` is the
    reader's, whose matches count most.
    """

    text: str
    language: str
    by_language: dict[str, list[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(self.by_language.values())


def parse(text: str, language: str) -> TextQuery:
    """Parse what was typed; more than 300 characters or 12 words are cut."""
    text = " ".join(text[:MAX_LENGTH].split())
    by_language = {
        code: [tsquery(word) for word in words(text, code)[:MAX_WORDS]]
        for code in (language, *(other for other in LANGUAGES if other != language))
    }
    return TextQuery(text=text, language=language, by_language=by_language)


def tsquery(word: Word) -> str:
    """A word as tsquery: any of its base forms, or all parts of the compound that it is."""
    alternatives = [_quote(term) for term in word.terms]
    if len(word.parts) > 1:
        alternatives.append("(" + " & ".join(_quote(part) for part in word.parts) + ")")
    return " | ".join(alternatives)


def _quote(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
