"""Finnish words are analysed into terms."""

import unicodedata

import pytest

from services.search.analysis import meaningful_words


def terms(text):
    """Return the terms of a text, of whole words and of parts of compounds."""
    return {term for word in meaningful_words(text, "fi") for term in (*word.terms, *word.parts)}


@pytest.mark.parametrize(
    ("inflected", "base"),
    [
        ("nuorille", "nuori"),
        ("nuorten", "nuori"),
        ("lapsen", "lapsi"),
        ("isien", "isä"),
        ("vanhempien", "vanhempi"),
        ("erosta", "ero"),
        ("veloista", "velka"),
        ("äideiltä", "äiti"),
        ("kiusataan", "kiusata"),
    ],
)
def test_inflected_word_gives_its_base_form(inflected, base):
    assert base in terms(inflected)


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("päihdekuntoutus", {"päihde", "kuntoutus"}),
        ("perheneuvolassa", {"perhe", "neuvola"}),
        ("nepsy-lapset", {"nepsy", "lapsi"}),
        ("lastensuojelupalvelut", {"lapsi", "suojelu", "lastensuojelu"}),
        ("perheväkivallan", {"perhe", "väkivalta"}),
    ],
)
def test_compound_gives_its_parts_too(compound, parts):
    assert parts <= terms(compound)


@pytest.mark.parametrize("place", ["Vantaalla", "vantaalla", "VANTAALLA"])
def test_place_name_in_any_case(place):
    assert "vantaa" in terms(place)


def test_a_misleading_part_is_left_out():
    assert "alue" not in terms("hyvinvointialue")


def test_an_unknown_word_is_a_term():
    assert "nepsy" in terms("Nepsy")
    assert "mll" in terms("MLL")


def test_decomposed_letters_equal_composed_ones():
    assert terms(unicodedata.normalize("NFD", "äideille")) == terms("äideille")


@pytest.mark.parametrize("mark", ["\u00ad", "\u200b", "\ufeff"], ids=["soft hyphen", "zero width", "byte order"])
def test_invisible_characters_do_not_split_words(mark):
    assert terms(f"perhe{mark}neuvola") == terms("perheneuvola")


@pytest.mark.parametrize("text", ["", "ja ei että", "Mistä minä saan", "?! … ()", "🙂", "_ __ -"])
def test_a_text_of_stop_words_has_no_terms(text):
    assert meaningful_words(text, "fi") == []


def test_stop_words_are_left_out_of_a_sentence():
    assert terms("En jaksa enää, kun lapsi ei nuku") == terms("jaksa enää lapsi nuku")
    assert "ei" not in terms("lapsi ei nuku")


def test_a_very_long_word_is_cut():
    (word,) = meaningful_words("a" * 10_000, "fi")
    assert all(len(term) <= 60 for term in word.terms)


def test_order_of_the_text_is_kept():
    assert [word.surface for word in meaningful_words("Rahat loppu, velat jäi", "fi")] == [
        "rahat",
        "loppu",
        "velat",
        "jäi",
    ]


def test_an_inner_compound_weighs_more_than_a_part():
    (word,) = meaningful_words("toimeentulotukihakemus", "fi")
    assert word.parts["toimeentulotuki"] > word.parts["tuki"]


def test_hyphen_of_a_compound_stays_single():
    assert "loma-aika" in terms("loma-aikojen")
