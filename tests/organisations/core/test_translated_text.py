"""A text in the reader's language, or in the first that has it, marked as foreign."""

import pytest
from django.utils.translation import override

from organisations.core.translated_text import translated_text
from organisations.models import Organisation


def text(language, **names):
    with override(language):
        return translated_text(Organisation(**{f"name_{code}": name for code, name in names.items()}), "name")


def test_own_language():
    found = text("sv", fi="Talo", sv="Hus", en="House")
    assert (found.value, found.language, found.foreign) == ("Hus", "sv", False)


@pytest.mark.parametrize(
    ("wanted", "names", "shown"),
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
def test_fallback_is_marked(wanted, names, shown):
    found = text(wanted, **names)
    assert (found.value, found.language, found.foreign) == (names[shown], shown, True)


def test_no_text_at_all():
    found = text("sv")
    assert not found
    assert not found.foreign


def test_regional_variant_is_the_same_language():
    assert not text("sv-fi", sv="Hus").foreign
