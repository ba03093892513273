"""Text of a record in the active language, or in another language, which the page marks."""

from dataclasses import dataclass

from django.utils.translation import get_language

# Order of fallback: Finnish first, as everywhere in the product.
FALLBACK_LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True)
class TranslatedText:
    """A text and its language. `foreign` means that this is not the active language."""

    value: str
    language: str
    foreign: bool

    def __str__(self) -> str:
        return self.value

    def __bool__(self) -> bool:
        return bool(self.value)


def translated_text(record: object, field: str) -> TranslatedText:
    """A translated field of a record in the active language, else in the first fallback language that has it."""
    active_language = (get_language() or "fi")[:2]
    for language in (active_language, *FALLBACK_LANGUAGES):
        value = getattr(record, f"{field}_{language}", None)
        if value:
            return TranslatedText(value, language, language != active_language)
    return TranslatedText("", active_language, False)
