"""Swedish and English words are analysed into terms."""

import pytest

from services.search.analysis import meaningful_words


def terms(text, language):
    return {term for word in meaningful_words(text, language) for term in word.terms}


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("sv", "skilsmässa", "skilsmässor"),
        ("sv", "barnens", "barnen"),
        ("sv", "ungdomar", "ungdom"),
        ("en", "separation", "separations"),
        ("en", "parent", "parents"),
        ("en", "drinking", "drinks"),
    ],
)
def test_forms_of_a_word_share_a_stem(language, one, other):
    assert terms(one, language) & terms(other, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [("sv", "Vad kan jag och vi"), ("en", "What can I do about the"), ("sv", "–"), ("en", "'")],
)
def test_a_text_of_stop_words_has_no_terms(language, text):
    assert terms(text, language) == set()


def test_every_language_has_its_own_stop_words():
    assert terms("on", "fi") == set()
    assert terms("on", "sv") == {"on"}
    assert terms("men", "sv") == set()
    assert terms("men", "en") == {"men"}
