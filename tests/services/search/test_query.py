"""What somebody typed, word by word."""

import pytest

from services.search.query import MAX_LENGTH, MAX_WORDS, parse_query


def terms(text, language="fi"):
    return [word.terms for word in parse_query(text, language).words]


@pytest.mark.parametrize("text", ["", "   ", "??", "\u200b", "& | ! ( ) : * \\ <-> '"])
def test_nothing_to_search_by(text):
    assert not parse_query(text, "fi")


def test_stop_words_ask_for_nothing_in_their_language():
    assert not parse_query("ja ei", "fi")
    assert [word.surface for word in parse_query("lapsi ei nuku", "fi").words] == ["lapsi", "nuku"]


def test_a_word_asks_for_its_base_form():
    assert terms("nuorille")[0]["fi:nuori"] == 1.0


def test_a_part_of_a_compound_asks_for_less_than_the_whole():
    (word,) = parse_query("perheneuvola", "fi").words
    assert word.terms["fi:perheneuvola"] > word.parts["fi:neuvola"] > 0


def test_every_language_is_asked_the_readers_most():
    (asked,) = terms("familjen", "sv")
    assert asked["sv:familj"] == 1.0
    assert any(name.startswith("en:") and weight < 1 for name, weight in asked.items())


def test_spelling_is_compared_without_dots():
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


def test_frame_is_searched_where_nothing_else_was_typed_or_all_of_it_is_meant():
    assert [word.surface for word in parse_query("asiakas soittaa", "fi").words] == ["asiakas", "soittaa"]
    assert [word.surface for word in parse_query("asiakas ahdistuu", "fi", exact=True).words] == ["asiakas", "ahdistuu"]


def test_negated_word_of_a_frame_says_something():
    assert [word.surface for word in parse_query("vanhus ei löydä kotiin", "fi").words] == ["vanhus", "löydä", "kotiin"]


@pytest.mark.parametrize(
    ("text", "language", "compound"),
    [("perhe neuvola", "fi", "fi:perheneuvola"), ("barn skydd", "sv", "sv:barnskyd"), ("day care", "en", "en:daycar")],
)
def test_compound_written_apart_asks_for_the_compound_too(text, language, compound):
    words = parse_query(text, language).words
    assert len(words) == 2
    assert all(0 < word.terms[compound] < 1 for word in words)
    assert not any(compound in word.terms for word in parse_query(text, language, exact=True).words)
