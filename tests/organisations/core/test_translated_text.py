"""Text in the active language, or in a fallback language marked as foreign."""

import pytest
from django.utils.translation import override

from organisations.core.translated_text import translated_text
from organisations.models import Organisation


def text(language, **names):
    with override(language):
        return translated_text(Organisation(**{f"name_{code}": name for code, name in names.items()}), "name")


def test_own_language():
    translation = text("sv", fi="Talo", sv="Hus", en="House")
    assert (translation.value, translation.language, translation.foreign) == ("Hus", "sv", False)


@pytest.mark.parametrize(
    ("language", "names", "fallback"),
    [
        ("sv", {"fi": "Talo", "en": "House"}, "fi"),
        ("en", {"fi": "Talo", "sv": "Hus"}, "fi"),
        ("en", {"sv": "Hus"}, "sv"),
        ("fi", {"sv": "Hus", "en": "House"}, "sv"),
        ("fi", {"en": "House"}, "en"),
        ("sv", {"fi": "Talo", "sv": ""}, "fi"),
        ("sv", {"fi": "Talo", "sv": None}, "fi"),
    ],
)
def test_fallback_is_marked(language, names, fallback):
    translation = text(language, **names)
    assert (translation.value, translation.language, translation.foreign) == (names[fallback], fallback, True)


def test_no_text_at_all():
    translation = text("sv")
    assert not translation
    assert not translation.foreign


def test_regional_variant_is_the_same_language():
    assert not text("sv-fi", sv="Hus").foreign
