"""Searching by words: what a professional types finds what the family needs."""

import pytest

from tests import cast


def test_inflected_words_find_each_other(kivivuori, find):
    cast.service("Nuorten ryhmä", kivivuori)
    cast.service("Vauvakahvila", kivivuori)
    for words in ("nuorille", "nuoret", "NUORTEN", "nuori", "ryhmät nuorille"):
        assert find(q=words).names == ["Nuorten ryhmä"], words


def test_part_of_a_compound_finds_the_whole(kivivuori, find):
    cast.service("Päihdekuntoutus", kivivuori)
    cast.service("Vauvakahvila", kivivuori)
    for words in ("kuntoutus", "päihteet", "päihdekuntoutuksesta", "kuntoutukseen"):
        assert find(q=words).names == ["Päihdekuntoutus"], words


def test_compound_finds_its_parts_written_apart(kivivuori, find):
    cast.service("Neuvolan kerho perheille", kivivuori)
    cast.service("Perheiden kerho", kivivuori)
    assert find(q="perheneuvola").names == ["Neuvolan kerho perheille"]


@pytest.mark.parametrize("place", ["Vantaalla", "vantaa", "VANTAAN"])
def test_place_names_in_text(kivivuori, find, place):
    cast.service("Kahvila", kivivuori, description_fi="Tavataan Vantaalla ja lähdetään retkelle.")
    cast.service("Retki", kivivuori, description_fi="Tavataan Keravan asemalla.")
    assert find(q=place).names[:1] == ["Kahvila"]
    assert "Retki" not in find(q=place).names


def test_swedish_and_english_stems(kivivuori, visit):
    cast.service(
        {"fi": "Eroryhmä", "sv": "Grupp för föräldrar", "en": "Group for separated parents"},
        kivivuori,
        summary_sv="För dig som går igenom en skilsmässa.",
    )
    cast.service({"fi": "Kahvila", "sv": "Kafé", "en": "Café"}, kivivuori)
    assert visit("finding:results", lang="sv", q="skilsmässor").names == ["Grupp för föräldrar"]
    assert visit("finding:results", lang="sv", q="förälder").names == []  # another stem: föräld, föräldr
    assert visit("finding:results", lang="en", q="parent groups").names == ["Group for separated parents"]


def test_words_of_another_language_than_the_page_find_too(kivivuori, visit):
    cast.service({"fi": "Eroryhmä", "sv": "Skilsmässogrupp"}, kivivuori)
    assert visit("finding:results", lang="fi", q="skilsmässogrupper").names == ["Eroryhmä"]
    assert visit("finding:results", lang="en", q="eroryhmään").names == ["Eroryhmä"]


def test_everyday_words_for_a_category(kivivuori, find):
    alcohol = cast.category("Alkoholi", words=["juo liikaa", "kännissä"])
    cast.service("Päihdepoliklinikka", kivivuori, tags=[alcohol])
    cast.service("Vauvakahvila", kivivuori)
    assert find(q="juo liikaa").names == ["Päihdepoliklinikka"]
    assert find(q="isä on kännissä").names == ["Päihdepoliklinikka"]
    assert find(q="alkoholi").names == ["Päihdepoliklinikka"]


def test_words_for_the_category_above(kivivuori, find):
    money = cast.category("Raha ja asuminen", words=["rahat loppu"])
    cast.service("Takuusäätiö", kivivuori, tags=[cast.category("Velat", under=money)])
    assert find(q="rahat loppu").names == ["Takuusäätiö"]


def test_everyday_words_in_swedish(kivivuori, visit):
    alcohol = cast.category("Alkoholi", words={"sv": ["dricker för mycket"], "en": ["drunk"]})
    cast.service("Päihdepoliklinikka", kivivuori, tags=[alcohol])
    assert visit("finding:results", lang="sv", q="dricker mycket").names == ["Päihdepoliklinikka"]
    assert visit("finding:results", lang="en", q="drunk").names == ["Päihdepoliklinikka"]


@pytest.mark.parametrize(
    "facts",
    [
        {"summary_fi": "Apua sisaruskateuteen."},
        {"eligibility_fi": "Perheille, joissa on sisaruskateutta."},
        {"description_fi": "Puhutaan sisaruskateudesta."},
        {"search_words_fi": "riita\nsisaruskateus"},
        {"client_access_fi": "Kun sisaruskateus vaivaa, soita."},
        {"requirements_fi": "Sisaruskateus on alkanut."},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_texts_that_are_searched(kivivuori, find, facts):
    cast.service("Neuvonta", kivivuori, **facts)
    assert find(q="sisaruskateus").names == ["Neuvonta"]


def test_name_and_abbreviation_of_the_organisation(find, db):
    mll = cast.organisation("Mannerlapset", abbreviation="MNL")
    cast.service("Kerho", mll)
    assert find(q="mannerlapset").names == ["Kerho"]
    assert find(q="mnl").names == ["Kerho"]


def test_search_words_are_not_shown(kivivuori, find):
    cast.service("Neuvonta", kivivuori, search_words_fi="sisaruskateus")
    assert "sisaruskateus" not in find(q="sisaruskateus").cards[0].text


def test_best_match_comes_first(kivivuori, find):
    cast.service("Kahvila", kivivuori, description_fi="Kahvia ja seuraa. Myös ero puhuttaa.")
    cast.service("Perheasiain neuvottelu", kivivuori, summary_fi="Kun ero on edessä.")
    cast.service("Ero ja lapset", kivivuori)
    assert find(q="ero").names == ["Ero ja lapset", "Perheasiain neuvottelu", "Kahvila"]


def test_service_that_holds_more_of_the_words_comes_first(kivivuori, find):
    cast.service("Velkaneuvonta", kivivuori)
    cast.service("Ero", kivivuori, description_fi="Velka ja ero yhtä aikaa.")
    assert find(q="ero velka").names == ["Ero", "Velkaneuvonta"]


def test_half_of_the_words_is_enough_and_less_is_not(kivivuori, find):
    cast.service("Uniohjaus", kivivuori, summary_fi="Kun vauva ei nuku.")
    assert find(q="vauva valvottaa").names == ["Uniohjaus"]
    assert find(q="vauva valvottaa joka yö ja itkee").names == []


def test_stop_words_among_others_do_not_count(kivivuori, find):
    cast.service("Uniohjaus", kivivuori, summary_fi="Kun vauva valvoo.")
    assert find(q="miten me voimme saada apua kun meidän vauva on itkuinen ja hän ei nuku").names == []
    assert find(q="mitä jos meidän vauva ei").names == ["Uniohjaus"]


@pytest.mark.parametrize("text", ["mitä minä", "??? !!!", "🙂", "…", "-"])
def test_only_stop_words_or_signs_find_nothing_and_say_so(kivivuori, find, text):
    cast.service("Uniohjaus", kivivuori, summary_fi="Mitä minä teen, kun vauva ei nuku? 🙂")
    page = find(q=text)
    assert (page.total, page.names) == (0, [])
    assert page.main.all(class_="notice")


def test_word_that_is_nowhere(kivivuori, find):
    cast.service("Uniohjaus", kivivuori)
    page = find(q="xyzzyx")
    assert (page.total, page.names) == (0, [])
    assert page.one("input", id="q")["value"] == "xyzzyx"
    assert page.main.all("a", href=cast.address("profiles:contacts"))


def test_blank_text_is_no_search(kivivuori, find):
    cast.service("Uniohjaus", kivivuori)
    assert find(q="   ").names == ["Uniohjaus"]
    assert find(q="   ").chips == {}


def test_blanks_and_case_do_not_matter(kivivuori, find):
    cast.service("Uniohjaus", kivivuori)
    assert find(q="  UNIOHJAUS \t ").names == ["Uniohjaus"]


@pytest.mark.parametrize(
    "text",
    ["ero' | 'kerho", "!ero", "ero & !kerho", "ero:*", "(ero", "ero <-> kerho", "ero\\", "%ero%", "ero'; --"],
)
def test_signs_of_query_languages_are_only_signs(kivivuori, find, text):
    cast.service("Ero", kivivuori)
    cast.service("Neuvola", kivivuori)
    assert find(q=text).names == ["Ero"]


def test_text_comes_back_as_text_not_as_html(kivivuori, find):
    page = find(q='<script>alert("x")</script>')
    assert page.one("input", id="q")["value"] == '<script>alert("x")</script>'
    assert all("src" in script for script in page.all("script"))
