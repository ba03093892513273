"""Typed text is parsed into words and terms."""

import pytest

from services.search.query import MAX_LENGTH, MAX_WORDS, parse_query


def terms(text, language="fi"):
    return [word.terms for word in parse_query(text, language).words]


@pytest.mark.parametrize("text", ["", "   ", "??", "\u200b", "& | ! ( ) : * \\ <-> '"])
def test_a_text_without_words_is_an_empty_query(text):
    assert not parse_query(text, "fi")


def test_stop_words_of_the_readers_language_are_left_out():
    assert not parse_query("ja ei", "fi")
    assert [word.surface for word in parse_query("lapsi ei nuku", "fi").words] == ["lapsi", "nuku"]


def test_a_word_searches_for_its_base_form():
    assert terms("nuorille")[0]["fi:nuori"] == 1.0


def test_a_part_of_a_compound_weighs_less_than_the_whole():
    (word,) = parse_query("perheneuvola", "fi").words
    assert word.terms["fi:perheneuvola"] > word.parts["fi:neuvola"] > 0


def test_all_languages_are_searched_and_the_readers_weighs_most():
    (asked,) = terms("familjen", "sv")
    assert asked["sv:familj"] == 1.0
    assert any(name.startswith("en:") and weight < 1 for name, weight in asked.items())


def test_spelling_is_compared_without_diacritics():
    assert parse_query("päihdetyö", "fi").words[0].folded == "paihdetyo"


def test_words_and_letters_beyond_the_limit_are_cut():
    assert len(parse_query(" ".join(f"sana{n}" for n in range(40)), "fi").words) == MAX_WORDS
    assert len(parse_query("a" * 10_000, "fi").text) == MAX_LENGTH


def test_a_word_typed_twice_counts_once():
    assert len(parse_query("ero ERO ero", "fi").words) == 1


@pytest.mark.parametrize(
    ("text", "language", "left"),
    [
        ("asiakas kertoo että häntä ahdistaa koko ajan", "fi", ["häntä", "ahdistaa"]),
        ("minne voin soittaa kun mies lyö joka päivä", "fi", ["mies", "lyö"]),
        ("klienten berättar att han dricker varje dag", "sv", ["dricker"]),
        ("my client says she cries all the time", "en", ["cries"]),
        ("valvoo masennuksen takia", "fi", ["valvoo", "masennuksen"]),
    ],
)
def test_frame_of_a_sentence_is_left_out(text, language, left):
    assert [word.surface for word in parse_query(text, language).words] == left


def test_a_frame_is_searched_if_it_is_the_whole_query_or_the_query_is_exact():
    assert [word.surface for word in parse_query("asiakas soittaa", "fi").words] == ["asiakas", "soittaa"]
    assert [word.surface for word in parse_query("asiakas ahdistuu", "fi", exact=True).words] == ["asiakas", "ahdistuu"]


def test_a_negated_word_of_a_frame_is_kept():
    assert [word.surface for word in parse_query("vanhus ei löydä kotiin", "fi").words] == ["vanhus", "löydä", "kotiin"]


@pytest.mark.parametrize(
    ("text", "language", "compound"),
    [("perhe neuvola", "fi", "fi:perheneuvola"), ("barn skydd", "sv", "sv:barnskyd"), ("day care", "en", "en:daycar")],
)
def test_adjacent_words_also_search_for_their_compound(text, language, compound):
    words = parse_query(text, language).words
    assert len(words) == 2
    assert all(0 < word.terms[compound] < 1 for word in words)
    assert not any(compound in word.terms for word in parse_query(text, language, exact=True).words)
