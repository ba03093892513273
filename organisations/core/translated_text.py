"""Text of a record in the reader's language, or in another one that is marked as such."""

from dataclasses import dataclass

from django.utils.translation import get_language

# Where a text lacks the reader's language: Finnish first, as everywhere in the product.
FALLBACK_LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True)
class TranslatedText:
    """A text and the language it is in. `foreign` means: not the one the reader asked for."""

    value: str
    language: str
    foreign: bool

    def __str__(self) -> str:
        return self.value

    def __bool__(self) -> bool:
        return bool(self.value)


def translated_text(record, field: str) -> TranslatedText:
    """A translated field of a record in the active language, else in the first language that has it."""
    wanted = (get_language() or "fi")[:2]
    for language in (wanted, *FALLBACK_LANGUAGES):
        value = getattr(record, f"{field}_{language}", None)
        if value:
            return TranslatedText(value, language, language != wanted)
    return TranslatedText("", wanted, False)
