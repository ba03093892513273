"""Rich texts become plain paragraphs."""

import pytest

from services.exchange.importers.base.rich_text import first_sentence, one_line, plain_text, truncate_text


@pytest.mark.parametrize(
    ("rich", "plain"),
    [
        ("<p>Yksi.</p><p>Kaksi &amp; kolme.</p>", "Yksi.\n\nKaksi & kolme."),
        ("Rivi<br>toinen<br/>kolmas", "Rivi\ntoinen\nkolmas"),
        ("<ul><li>vauvat</li><li>taaperot</li></ul>", "- vauvat\n- taaperot"),
        ('Lue <a href="https://example.org/x">lisää</a>.', "Lue lisää (https://example.org/x)."),
        ('<a href="mailto:apua@example.org">apua@example.org</a>', "apua@example.org"),
        ("<script>alert('x')</script>Teksti<style>p {}</style>", "Teksti"),
        ("&lt;p&gt;Kahdesti suojattu&lt;/p&gt;", "Kahdesti suojattu"),
        ("**Tärkeää:** tule *ajoissa*", "Tärkeää: tule ajoissa"),
        ("## Ajat\n* ma\n• ti", "Ajat\n- ma\n- ti"),
        ("[Ajanvaraus](https://example.org/aika)", "Ajanvaraus (https://example.org/aika)"),
        ("Rivi\r\n\r\n\r\n\r\nToinen  rivi", "Rivi\n\nToinen rivi"),
        ("a\u00a0b\u200bc\u00add\x00e", "a bcd e"),
        ("ko\u0308yha\u0308", "köyhä"),
    ],
)
def test_markup_and_invisible_characters_are_removed(rich, plain):
    assert plain_text(rich) == plain


@pytest.mark.parametrize("text", ["Alle 18-vuotiaille (<18) ja me <3", "2 * 3 * 4", "A & B", "nimi_sukunimi_x"])
def test_text_that_resembles_markup_is_kept(text):
    assert plain_text(text) == text


def test_one_line_has_no_line_breaks():
    assert one_line("<p>Yksi</p><p>kaksi</p>") == "Yksi kaksi"


def test_long_text_is_cut_between_words():
    text = "Ryhmä vanhemmille, joiden lapsi on juuri aloittanut koulun"
    assert truncate_text(text, 30) == "Ryhmä vanhemmille, joiden…"
    assert truncate_text(text, 200) == text
    assert all(len(truncate_text(text, limit)) <= limit for limit in range(2, 70))
    assert truncate_text("a" * 200, 150) == "a" * 149 + "…"


def test_the_first_sentence_ends_where_the_next_begins():
    assert first_sentence("Avoinna klo 9.30 alkaen. Tervetuloa!") == "Avoinna klo 9.30 alkaen."
    assert first_sentence("- luettelo\nVarsinainen lause") == "Varsinainen lause"
