"""Template tags of the forms of records."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms, template

from services.search.analysis import LANGUAGES

if TYPE_CHECKING:
    from services.stewardship.editing.record_form import RecordForm

register = template.Library()
LANGUAGE_NAMES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}


@register.simple_tag
def in_languages(form: "RecordForm", text: str) -> list[tuple[str, str, forms.BoundField]]:
    """Return (language, its native name, field) for each language of a text."""
    return [(language, LANGUAGE_NAMES[language], form[f"{text}_{language}"]) for language in LANGUAGES]


@register.simple_tag
def phone_rows(form: "RecordForm") -> list[dict[str, Any]]:
    """Return the fields of each phone number: the number, and label and price with their languages."""
    return [
        {
            "number": form[f"phone-{row}-number"],
            "texts": [
                (language, LANGUAGE_NAMES[language], form[f"phone-{row}-{text}_{language}"])
                for text in ("label", "charge_note")
                for language in LANGUAGES
            ],
        }
        for row in range(form.phone_rows)
    ]


@register.simple_tag
def language_tabs(form: "RecordForm") -> list[dict[str, Any]]:
    """Count the main texts that are written in each language."""
    return [
        {
            "code": language,
            "name": LANGUAGE_NAMES[language],
            "written": sum(bool(form[f"{text}_{language}"].value()) for text in form.wording.essential_texts),
            "of": len(form.wording.essential_texts),
        }
        for language in LANGUAGES
    ]


@register.filter
def count_of(field: forms.BoundField) -> str:
    """Return the maximum length of the text in characters, or nothing."""
    return str(field.field.widget.attrs.get("data-count", ""))


@register.filter
def length_of(field: forms.BoundField) -> int:
    return len(field.value() or "")


@register.filter
def language_name(code: str) -> str:
    return LANGUAGE_NAMES.get(code, "")


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """Look up a key that is the value of another template variable."""
    return mapping.get(key)
