"""Tags and filters for the forms of records."""

from django import forms, template

from services.search.analysis import LANGUAGES

register = template.Library()
LANGUAGE_NAMES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}


@register.simple_tag
def in_languages(form: forms.Form, text: str) -> list[tuple[str, str, forms.BoundField]]:
    """(code, native name, field) for each language of a text."""
    return [(language, LANGUAGE_NAMES[language], form[f"{text}_{language}"]) for language in LANGUAGES]


@register.simple_tag
def phone_rows(form: forms.Form) -> list[dict]:
    """The fields of each phone number: the number, and label and price with their languages."""
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
def language_tabs(form: forms.Form) -> list[dict]:
    """For each language, how many of the most important texts are filled in."""
    return [
        {
            "code": language,
            "name": LANGUAGE_NAMES[language],
            "written": sum(bool(form[f"{text}_{language}"].value()) for text in form.wording.needed),
            "of": len(form.wording.needed),
        }
        for language in LANGUAGES
    ]


@register.filter
def count_of(field: forms.BoundField) -> str:
    """The maximum length of the text, or ""."""
    return str(field.field.widget.attrs.get("data-count", ""))


@register.filter
def length_of(field: forms.BoundField) -> int:
    return len(field.value() or "")


@register.filter
def language_name(code: str) -> str:
    return LANGUAGE_NAMES.get(code, "")


@register.filter
def at(mapping: dict, key):
    """The value of a dictionary for a variable key."""
    return mapping.get(key)
