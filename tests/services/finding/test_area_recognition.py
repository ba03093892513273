"""A place among the words of a search is the area it is limited to, as if it had been chosen."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.models import Municipality
from services.finding.filters import Filters, ReferenceData
from services.models.category_tree import CategoryTree
from tests import cast

VANTAA, KERAVA, ESPOO, TAMPERE, PIRKANMAA = "092", "245", "049", "837", "08"


@pytest.fixture
def clubs(kivivuori, city, helpline):
    """A club in Vantaa, one in Kerava, one for the whole country, and something else in Kerava."""
    cast.service("Vantaan kerho", kivivuori, works_in="Vantaa")
    cast.service("Keravan kerho", kivivuori, works_in="Kerava")
    cast.service("Etäkerho", helpline)
    cast.service("Nuorisotyö", city)


def place_chip(page):
    """The chip that takes the place away again, if there is one."""
    chips = [chip for chip in page.all("a", class_="chip") if ("place", "off") in asked(chip["href"])]
    assert len(chips) <= 1
    return chips[0] if chips else None


def place_of(page):
    """The name of the place that was found in the words."""
    chip = place_chip(page)
    return re.match(r"[^,(]+", chip.own_text)[0].strip() if chip else ""


def words_of(page):
    """The words that are searched for, as the chip of the words shows them."""
    return next((text[1:-1] for text in page.chips if text[0] in "”“"), "")


def asked(address):
    return parse_qsl(urlsplit(address).query)


# What a place is


@pytest.mark.parametrize(
    ("typed", "place", "words"),
    [
        ("perheneuvola Kerava", "Kerava", "perheneuvola"),
        ("perheneuvola kerava", "Kerava", "perheneuvola"),
        ("PERHENEUVOLA KERAVA", "Kerava", "PERHENEUVOLA"),
        ("Kerava, perheneuvola", "Kerava", "perheneuvola"),
        ("velkaneuvonta Turussa", "Turku", "velkaneuvonta"),
        ("velkaneuvonta turku", "Turku", "velkaneuvonta"),
        ("mistä Tampereelta apua", "Tampere", "mistä apua"),
        ("keravan alueella ero", "Kerava", "ero"),
        ("ero Uudessakaupungissa", "Uusikaupunki", "ero"),
        ("neuvola Koskella Tl", "Koski Tl", "neuvola"),
        ("neuvola Pedersören kunnassa", "Pedersören kunta", "neuvola"),
        ("neuvola mänttä-vilppulassa", "Mänttä-Vilppula", "neuvola"),
        ("neuvola Virroilla", "Virrat", "neuvola"),
        ("neuvola Saltvikissa", "Saltvik", "neuvola"),
        ("päihdehoito keski-suomi", "Keski-Suomen hyvinvointialue", "päihdehoito"),
        ("päihdehoito keski suomessa", "Keski-Suomen hyvinvointialue", "päihdehoito"),
        ("ero Pirkanmaalla", "Pirkanmaan hyvinvointialue", "ero"),
        ("ero Pirkanmaan hyvinvointialueella", "Pirkanmaan hyvinvointialue", "ero"),
        ("ero Satakunta", "Satakunnan hyvinvointialue", "ero"),
        ("ero Vantaan ja Keravan hyvinvointialueella", cast.VAKE, "ero"),
        ("stöd för föräldrar i Vasa", "Vaasa", "stöd för föräldrar"),
        ("Helsingfors stads familjerådgivning", "Helsinki", "familjerådgivning"),
        ("skilsmässa i Egentliga Finland", "Varsinais-Suomen hyvinvointialue", "skilsmässa"),
        ("debt advice Central Finland", "Keski-Suomen hyvinvointialue", "debt advice"),
    ],
)
def test_place_in_any_form_and_language(find, db, typed, place, words):
    page = find(q=typed)
    assert (place_of(page), words_of(page)) == (place, words)


@pytest.mark.parametrize(
    "typed", ["neuvola lahti", "lahti neuvola", "kun Lahti kutsuu", "kun lahdessa pelottaa", "lahti"]
)
def test_common_word_that_is_a_place_where_a_place_stands(find, db, typed):
    assert place_of(find(q=typed)) == "Lahti"


@pytest.mark.parametrize(
    "typed",
    [
        "kun lahti kutsuu",
        "nuoren varkaus",
        "Varkaus ja nuori",
        "jäi kiinni varkaudesta",
        "Kolarissa loukkaantunut",
        "diabetes II",
        "sund kost",
        "loppis för barn",
        "mihin koski kuuluu",
        "keravalainen perhe",
        "Uusimaa",
        "keravanjoki",
    ],
)
def test_common_word_that_is_none(find, db, typed):
    assert place_of(find(q=typed)) == ""


def test_word_that_means_trouble_is_a_place_only_with_its_capital(find, db):
    assert place_of(find(q="velkaneuvonta Varkaudessa")) == "Varkaus"
    assert place_of(find(q="perheneuvola Ii")) == "Ii"


def test_names_as_they_are_now(find, kerava):
    Municipality.objects.filter(pk=kerava.pk).update(name_fi="Sipilä", name_sv="Sipilä", name_en="")
    assert place_of(find(q="ero Sipilä")) == "Sipilä"
    assert place_of(find(q="ero Keravalla")) == ""


# What it does


def test_place_is_the_area_as_if_it_were_chosen(clubs, find):
    page, chosen = find(q="kerho Keravalla"), find(q="kerho", municipality=KERAVA)
    assert sorted(page.names) == ["Etäkerho", "Keravan kerho"]
    assert (page.names, page.total, page.sectors) == (chosen.names, chosen.total, chosen.sectors)
    assert {key: box.count for key, box in page.boxes.items()} == {k: box.count for k, box in chosen.boxes.items()}
    assert sorted(find(q="kerho vantaan ja keravan alueella").names) == ["Etäkerho", "Keravan kerho", "Vantaan kerho"]


def test_what_was_typed_stays_in_the_box_and_no_municipality_is_chosen(clubs, find):
    page = find(q="kerho Keravalla")
    assert page.one("input", id="q")["value"] == "kerho Keravalla"
    assert not [option for option in page.one("select", id="municipality").all("option") if "selected" in option]


def test_place_alone_lists_what_is_there(clubs, find):
    assert sorted(find(q="Kerava").names) == ["Etäkerho", "Keravan kerho", "Nuorisotyö"]
    page = find(q="mitä Keravalla on")
    assert sorted(page.names) == ["Etäkerho", "Keravan kerho", "Nuorisotyö"]
    assert words_of(page) == ""
    assert "relevance" not in page.sorts


def test_place_taken_away_is_a_word_and_can_be_a_place_again(clubs, find, open_page):
    page = find(q="kerho Keravalla", sort="name")
    off = open_page(page.path + place_chip(page)["href"])
    assert words_of(off) == "kerho Keravalla"
    assert off.names == ["Keravan kerho"]  # the only one that says both words; before, all that works there was found
    assert off.one("input", type="hidden", name="place")["value"] == "off"
    (back,) = [link for line in off.all(class_="suggested") for link in line.all("a") if "exact" not in link["href"]]
    assert open_page(off.path + back["href"]).names == page.names


def test_words_taken_away_leave_the_place(clubs, find, open_page):
    page = find(q="kerho Keravalla")
    link = next(address for text, address in page.chips.items() if "kerho" in text)
    assert sorted(open_page(link).names) == ["Etäkerho", "Keravan kerho", "Nuorisotyö"]


def test_other_links_keep_the_words_as_typed(clubs, find):
    page = find(q="kerho Keravalla")
    assert asked(page.sorts["name"]) == [("q", "kerho Keravalla"), ("sort", "name")]


def test_place_twice_is_one_place(clubs, find):
    page = find(q="Kerava kerho Keravalla")
    assert (place_of(page), words_of(page)) == ("Kerava", "kerho")


def test_of_two_places_none_is_preferred(clubs, find):
    page = find(q="kerho Kerava Vantaa")
    assert (place_of(page), words_of(page)) == ("", "kerho Kerava Vantaa")


def test_municipality_with_its_county_is_the_municipality(find, db):
    assert place_of(find(q="ero Tampere Pirkanmaa")) == "Tampere"
    assert place_of(find(q="ero Tampere Satakunta")) == ""


def test_area_that_was_chosen_goes_before_the_words(clubs, find):
    page = find(q="kerho Keravalla", municipality=VANTAA)
    assert (place_of(page), words_of(page)) == ("", "kerho Keravalla")
    assert "Vantaa" in page.chips
    assert "Keravan kerho" not in page.names
    assert place_of(find(q="kerho Tampere", county=PIRKANMAA)) == ""
    off = find(q="kerho Keravalla", municipality=VANTAA, place="off")
    assert not off.all(class_="suggested")  # nothing to be offered: the area is another one


def test_place_that_is_chosen_too_is_not_searched_for(clubs, find):
    page = find(q="kerho Keravalla", municipality=KERAVA)
    assert list(page.chips) == ["”kerho”", "Kerava"]
    assert page.names == find(q="kerho", municipality=KERAVA).names


def test_organisation_called_by_a_place_is_searched_for_by_name(clubs, find):
    health = cast.organisation("Vantaan Mielenterveys ry", works_in="Kerava")
    mission = cast.organisation("HelsinkiMissio ry", works_in="Helsinki")
    cast.service("Vertaisryhmä", health)
    cast.service("Keskusteluapu", mission)
    cast.service("Mielenterveyden tuki", cast.organisation("Toivo", works_in="Vantaa"))
    assert find(q="vantaan mielenterveys").names[0] == "Vertaisryhmä"
    assert place_of(find(q="Helsinki Mission keskusteluapu")) == ""
    assert place_of(find(q="Vantaan mielenterveyspalvelut")) == "Vantaa"


def test_city_alone_is_the_organisation_and_with_more_words_the_place(clubs, find):
    assert place_of(find(q="Keravan kaupunki")) == ""
    assert place_of(find(q="Keravan kaupunki kerho")) == "Kerava"


def test_name_in_the_readers_language(visit, db):
    assert place_of(visit("finding:results", lang="sv", q="skilsmässa Tampereella")) == "Tammerfors"


@pytest.mark.parametrize("rest", ["<script>alert(1)</script>", "%_\\", "Kerava " * 60, "(.*", "[[:alpha:]]"])
def test_nasty_words_beside_a_place(clubs, find, rest):
    for typed in (f"{rest} Keravalla", f"Kerava{rest}", f"Kerava {rest}"):
        assert not [script for script in find(q=typed).all("script") if "src" not in script]


def test_place_costs_no_statement_unless_it_may_begin_a_name(clubs, find):
    def statements(**query):
        with CaptureQueriesContext(connection) as captured:
            find(**query, sort="name")  # what was found by relevance is counted, with statements of its own
        return len(captured)

    chosen = statements(q="kerho", municipality=KERAVA)
    assert statements(q="kerho Kerava") == statements(q="Keravalla kerho") == chosen
    assert statements(q="Keravan kerho") == statements(q="Kerava kerho " * 9 + "Kerava ry") == chosen + 1


def test_no_places_are_known_to_a_search_without_areas(db):
    reference_data = ReferenceData(categories={}, municipalities={}, counties={}, tree=CategoryTree({}))
    filters = Filters(reference_data, "fi", text="kerho Keravalla")
    assert (filters.place, filters.searched) == (None, "kerho Keravalla")
