"""Text search."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from services.indexing.taxonomy import index_taxonomy
from services.models import Listing, Synonym
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


def test_long_compound_finds_a_shorter_one_within_it(kivivuori, find):
    cast.service("Päivähoito", kivivuori)
    cast.service("Hoito vuodeosastolla", kivivuori)
    cast.service("Päivätoiminta", kivivuori)
    assert find(q="päivähoitopaikka").names[0] == "Päivähoito"


def test_compound_finds_its_parts_as_separate_words(kivivuori, find):
    cast.service("Perheiden kerho", kivivuori)
    cast.service("Neuvolan kerho perheille", kivivuori)
    assert find(q="perheneuvola").names == ["Neuvolan kerho perheille", "Perheiden kerho"]


@pytest.mark.parametrize("place", ["Vantaalla", "vantaa", "VANTAAN"])
def test_place_names_in_text(kivivuori, find, place):
    cast.service("Kahvila", kivivuori, description_fi="Tavataan Vantaalla ja lähdetään retkelle.")
    cast.service("Retki", kivivuori, description_fi="Tavataan Keravan asemalla.")
    assert find(q=place, place="off").names[:1] == ["Kahvila"]
    assert "Retki" not in find(q=place, place="off").names


def test_swedish_and_english_stems(kivivuori, visit):
    cast.service(
        {"fi": "Eroryhmä", "sv": "Grupp för föräldrar", "en": "Group for separated parents"},
        kivivuori,
        summary_sv="För dig som går igenom en skilsmässa.",
    )
    cast.service({"fi": "Kahvila", "sv": "Kafé", "en": "Café"}, kivivuori)
    assert visit("finding:results", lang="sv", q="skilsmässor").names == ["Grupp för föräldrar"]
    assert visit("finding:results", lang="sv", q="förälder").names == ["Grupp för föräldrar"]
    assert visit("finding:results", lang="en", q="parent groups").names == ["Group for separated parents"]


def test_words_of_another_language_are_found(kivivuori, visit):
    cast.service({"fi": "Eroryhmä", "sv": "Skilsmässogrupp"}, kivivuori)
    assert visit("finding:results", lang="fi", q="skilsmässogrupper").names == ["Eroryhmä"]
    assert visit("finding:results", lang="en", q="eroryhmään").names == ["Eroryhmä"]


def test_synonym_finds_its_category(kivivuori, find):
    alcohol = cast.category("Alkoholi", words=["juo liikaa", "kännissä"])
    cast.service("Päihdepoliklinikka", kivivuori, tags=[alcohol])
    cast.service("Vauvakahvila", kivivuori)
    assert find(q="juo liikaa").names == ["Päihdepoliklinikka"]
    assert find(q="isä on kännissä").names == ["Päihdepoliklinikka"]
    assert find(q="alkoholi").names == ["Päihdepoliklinikka"]


def test_phrase_within_a_long_question(kivivuori, find):
    for word in ("Asiakas", "Puoliso", "Viina", "Pullo", "Baari", "Olut"):
        cast.category(word)
    alcohol = cast.category("Alkoholi", words=["juo liikaa"])
    cast.service("A-klinikka", kivivuori, tags=[alcohol])
    text = "lapsen kaverin naapuri soittaa, koska hänen tyttärensä mies juo liikaa viikonloppuna kotona"
    assert find(q=text).names == ["A-klinikka"]


@pytest.mark.parametrize(
    ("lang", "phrase", "same", "opposite"),
    [
        ("fi", "ei ole kavereita", "meillä ei kavereita", "kavereita"),
        ("sv", "sover inte", "kan inte sova", "sova"),
        ("en", "no friends", "doesn't have friends", "friends"),
    ],
)
def test_negated_phrase_does_not_match(kivivuori, visit, lang, phrase, same, opposite):
    names = {"fi": "Olohuone", "sv": "Vardagsrum", "en": "Living room"}
    trouble = cast.category({"fi": "Yksinäisyys", "sv": "Ensamhet", "en": "Loneliness"}, words={lang: [phrase]})
    cast.service(names, kivivuori, tags=[trouble])
    joy = cast.category({"fi": "Ilo", "sv": "Glädje", "en": "Joy"}, words={lang: [opposite]})
    cast.service({"fi": "Kerho", "sv": "Klubb", "en": "Club"}, kivivuori, tags=[joy])
    assert visit("finding:results", lang=lang, q=phrase).names[0] == names[lang]
    assert visit("finding:results", lang=lang, q=same).names[0] == names[lang]
    assert names[lang] not in visit("finding:results", lang=lang, q=opposite).names


def test_synonym_of_the_parent_category(kivivuori, find):
    money = cast.category("Raha ja asuminen", words=["rahat loppu"])
    cast.service("Takuusäätiö", kivivuori, tags=[cast.category("Velat", under=money)])
    assert find(q="rahat loppu").names == ["Takuusäätiö"]


def test_swedish_synonyms(kivivuori, visit):
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


@pytest.mark.parametrize("typed", ["varhaiskasvatus", "varhaiskasvatukseen", "varhaskasvatus"])
def test_service_named_exactly_as_typed_comes_first(kivivuori, find, typed):
    summary = "Varhaiskasvatus, varhaiskasvatuksen vuorohoito ja varhaiskasvatus illalla."
    cast.service("Varhaiskasvatuksen vuorohoito", kivivuori, summary_fi=summary, search_words_fi="varhaiskasvatus")
    cast.service("Varhaiskasvatus", kivivuori, description_fi="Hoitoa ja opetusta " * 40)
    assert find(q=typed).names[0] == "Varhaiskasvatus"


def test_service_with_more_of_the_words_comes_first(kivivuori, find):
    cast.services(8, kivivuori, name="Kerho")
    cast.service("Velka", kivivuori)
    cast.service("Ero", kivivuori, description_fi="Velka ja ero yhtä aikaa.")
    assert find(q="ero velka").names == ["Ero", "Velka"]


def test_one_matching_word_of_many_is_enough(kivivuori, find):
    cast.service("Uniohjaus", kivivuori, summary_fi="Kun vauva ei nuku.")
    assert find(q="vauva valvottaa joka yö ja itkee").names == ["Uniohjaus"]


def test_stop_words_do_not_count(kivivuori, find):
    cast.service("Uniohjaus", kivivuori, summary_fi="Kun vauva valvoo.")
    cast.service("Kahvila", kivivuori, summary_fi="Mitä jos meidän kanssa ei?")
    assert find(q="mitä jos meidän vauva ei").names == ["Uniohjaus"]


@pytest.mark.parametrize("typed", ["velkaneuvota", "velkanevonta", "VELKANEUVOTNA"])
def test_misspelt_word(kivivuori, find, typed):
    cast.service("Velkaneuvonta", kivivuori)
    cast.service("Perhekerho", kivivuori)
    assert find(q=typed).names == ["Velkaneuvonta"]


def test_misspelt_word_finds_its_correction(kivivuori, find):
    cast.service("Vertaistuki eroperheille", kivivuori)
    cast.service("Vertailu", kivivuori, description_fi="Vertaisuutta ja vertailuja.")
    bullying = cast.category("Kiusaaminen", words=["lasta kiusataan"])
    cast.service("Kuraattori", kivivuori, tags=[bullying])
    assert find(q="vertaisutkea").names[0] == "Vertaistuki eroperheille"
    # Synonyms may be misspelt too.
    assert find(q="lasta kisuataan").names == ["Kuraattori"]


def test_misspelt_unknown_compound_is_searched_by_its_parts(kivivuori, find):
    cast.service("Vankien hoito", kivivuori)
    cast.service("Perhekerho", kivivuori)
    assert find(q="vankeinhoitto").names == ["Vankien hoito"]


def test_two_letters_swapped_without_a_dictionary(kivivuori, visit):
    cast.service({"fi": "Päivähoito", "en": "Daycare"}, kivivuori)
    assert visit("finding:results", lang="en", q="dyacare").names == ["Daycare"]


def test_dictionary_word_is_searched_unchanged(kivivuori, find):
    cast.service("Ikäryhmä", kivivuori)
    cast.service("Isät koolla", kivivuori)
    assert find(q="isäryhmä").names[0] == "Isät koolla"


def test_exact_search(kivivuori, find):
    """Without similarly spelt words and without categories."""
    cast.service("Velkaneuvonta", kivivuori)
    assert find(q="velkaneuvota", exact="1").names == []
    assert find(q="velkaneuvonta", exact="1").names == ["Velkaneuvonta"]


def test_matched_category_is_shown_with_links_to_follow_or_exclude_it(kivivuori, find, open_page):
    debts = cast.category("Velat", code="debts", words=["ulosotto tulossa"])
    cast.service("Talousneuvonta", kivivuori, tags=[debts])
    cast.service("Ulosotto", kivivuori)
    page = find(q="ulosotto tulossa")
    subject, exactly = page.one(class_="suggested").all("a")
    assert set(page.names) == {"Talousneuvonta", "Ulosotto"}
    assert subject.text == "Velat"
    assert open_page(page.path + subject["href"]).names == ["Talousneuvonta"]
    exact = open_page(page.path + exactly["href"])
    assert exact.names == ["Ulosotto"]
    (wider,) = exact.one(class_="suggested").all("a")
    assert set(open_page(exact.path + wider["href"]).names) == set(page.names)


def test_problem_finds_services_by_their_category(kivivuori, find):
    bullying = cast.category("Kiusaaminen", words=["lasta kiusataan koulussa"])
    Synonym.objects.create(category=bullying, language="fi", text="koulukuraattori", kind="answered")
    index_taxonomy(bullying)
    cast.service("Koulukuraattori", kivivuori)
    cast.service("Perhekerho", kivivuori)
    assert find(q="lasta kiusataan koulussa").names[0] == "Koulukuraattori"


def test_phrase_typed_word_for_word_is_certain_whatever_its_words_weigh(kivivuori, find):
    """In a query, "I want to" is the frame of a sentence."""
    despair = cast.category({"fi": "Itsetuhoisuus", "en": "Suicide"}, words={"en": ["I want to die"]})
    mothers = [f"mother {what}" for what in ("died", "is ill", "is sad", "is tired", "is alone")]
    cast.category({"fi": "Suru", "en": "Grief"}, words={"en": mothers})
    cast.service("Kriisipuhelin", kivivuori, tags=[despair])
    subject, _exactly = find(q="i want to die!", lang="en").one(class_="suggested").all("a")
    assert subject.text == "Suicide"


def test_category_name_finds_all_its_services(kivivuori, find):
    grief = cast.category("Suru", words=["leski"])
    Synonym.objects.create(category=grief, language="fi", text="surevien vertaistuki", kind="answered")
    index_taxonomy(grief)
    cast.services(3, kivivuori, name="Surevien vertaistuki", tags=[grief], summary_fi="Suru, leski, surevat.")
    cast.service("Keinutuolikerho", kivivuori, tags=[grief])
    cast.service("Vauvakahvila", kivivuori)
    for words in ("leski", "suru"):
        assert find(q=words).names[3:] == ["Keinutuolikerho"], words
        assert "Keinutuolikerho" not in find(q=words, exact=1).names


def test_rare_word_counts_more_than_a_common_one(kivivuori, find):
    cast.services(8, kivivuori, name="Perhekerho", summary_fi="Perhe.")
    cast.service("Perheen kerho", kivivuori, summary_fi="Perhe ja perhe.")
    cast.service("Kerho kaikille", kivivuori, description_fi="Myös sijaisvanhemmat ja perhe.")
    assert find(q="perhe sijaisvanhemmat").names[0] == "Kerho kaikille"


@pytest.mark.parametrize("text", ["mitä minä", "??? !!!", "🙂", "…", "-"])
def test_stop_words_or_punctuation_alone_find_nothing(kivivuori, find, text):
    cast.service("Uniohjaus", kivivuori, summary_fi="Mitä minä teen, kun vauva ei nuku? 🙂")
    page = find(q=text)
    assert (page.total, page.names) == (0, [])
    assert page.main.all(class_="notice")


def test_unknown_word_finds_nothing(kivivuori, find):
    cast.service("Uniohjaus", kivivuori)
    page = find(q="xyzzyx")
    assert (page.total, page.names) == (0, [])
    assert page.one("input", id="q")["value"] == "xyzzyx"
    assert page.main.all("a", href=cast.view_url("profiles:contacts"))


def test_soft_hyphens_are_removed(kivivuori, find):
    cast.service("Perhe\u00adneuvola", kivivuori)
    cast.service("Perhekerho", kivivuori)
    page = find(q="perhe\u00adneu\u00advola", exact="1")
    assert page.names[0].replace("\u00ad", "") == "Perheneuvola"
    assert page.one("input", id="q")["value"] == "perheneuvola"


def test_blank_text_is_ignored(kivivuori, find):
    cast.service("Uniohjaus", kivivuori)
    assert find(q="   ").names == ["Uniohjaus"]
    assert find(q="   ").chips == {}


def test_spaces_and_case_are_ignored(kivivuori, find):
    cast.service("Uniohjaus", kivivuori)
    assert find(q="  UNIOHJAUS \t ").names == ["Uniohjaus"]


@pytest.mark.parametrize(
    "text",
    ["ero' | 'kerho", "!ero", "ero & !kerho", "ero:*", "(ero", "ero <-> kerho", "ero\\", "%ero%", "ero'; --"],
)
def test_query_syntax_is_plain_text(kivivuori, find, text):
    cast.service("Ero", kivivuori)
    cast.service("Neuvola", kivivuori)
    assert find(q=text).names == ["Ero"]


def test_search_text_is_escaped(kivivuori, find):
    page = find(q='<script>alert("x")</script>')
    assert page.one("input", id="q")["value"] == '<script>alert("x")</script>'
    assert all("src" in script for script in page.all("script"))


def test_services_with_the_same_name_are_found_together(kivivuori, find):
    shelter = "Turvapaikka väkivallan uhreille; myös lapset voivat tulla mukaan."
    cast.service("Turvakoti", kivivuori, description_fi=shelter)
    cast.service("Turvakodit", cast.organisation("Toinen yhdistys"))
    cast.service("Kirpputori", kivivuori)
    assert find(q="väkivallan uhri").names == ["Turvakoti", "Turvakodit"]
    assert find(q="väkivallan uhri", exact=1).names == ["Turvakoti"]


def test_common_terms_of_the_best_results_expand_the_search(kivivuori, find):
    violence = cast.category("Väkivalta", code="violence")
    cast.service("Nollalinja lapsille", kivivuori, tags=[violence], description_fi="Kun kotona pelottaa.")
    cast.service("Turvakoti", kivivuori, tags=[violence])
    cast.service("Kirpputori", kivivuori)
    assert find(q="kotona pelottaa").names == ["Nollalinja lapsille", "Turvakoti"]
    assert find(q="kotona pelottaa", exact=1).names == ["Nollalinja lapsille"]


def test_more_complete_record_ranks_first_among_equals(kivivuori, find):
    cast.service("Perhekerho A", kivivuori)
    cast.service(
        "Perhekerho B", kivivuori, summary_fi="Kerho.", cost="free", languages=["fi"], access_routes=["open-door"]
    )
    assert find(q="perhekerho").names == ["Perhekerho B", "Perhekerho A"]


def test_freshly_confirmed_record_ranks_first_among_equals(kivivuori, find):
    now = timezone.now()
    cast.service("Perhekerho A", kivivuori, assured_at=now - dt.timedelta(days=500))
    cast.service("Perhekerho B", kivivuori, assured_at=now - dt.timedelta(days=20))
    assert find(q="perhekerho").names == ["Perhekerho B", "Perhekerho A"]


def test_confirmation_expires_on_the_local_day(kivivuori, find):
    """At 22:30 UTC it is the next day in Helsinki."""
    for name in ("Perhekerho A", "Perhekerho B"):
        cast.service(name, kivivuori)
    listings = Listing.objects.filter(service__organisation=kivivuori)
    with time_machine.travel(dt.datetime(2026, 3, 10, 22, 30, tzinfo=dt.UTC), tick=False):
        listings.update(unconfirmed_from=dt.date(2026, 3, 12))
        listings.filter(service__name_fi="Perhekerho A").update(unconfirmed_from=dt.date(2026, 3, 11))
        assert find(q="perhekerho").names == ["Perhekerho B", "Perhekerho A"]
    with time_machine.travel(dt.datetime(2026, 3, 10, 21, 30, tzinfo=dt.UTC), tick=False):
        assert find(q="perhekerho").names == ["Perhekerho A", "Perhekerho B"]


def test_better_text_match_ranks_before_completeness_and_freshness(kivivuori, find):
    cast.service("Perhekerho", kivivuori)
    cast.service(
        "Kahvila",
        kivivuori,
        description_fi="Samassa talossa on perhekerho.",
        summary_fi="Kahvila.",
        cost="free",
        assured_at=timezone.now(),
    )
    assert find(q="perhekerho").names == ["Perhekerho", "Kahvila"]
