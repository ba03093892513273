"""An area named in the text of a search filters like a selected one."""

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
    """The chip that removes the area named in the text; None without one."""
    chips = [chip for chip in page.all("a", class_="chip") if ("place", "off") in query_pairs(chip["href"])]
    assert len(chips) <= 1
    return chips[0] if chips else None


def place_of(page):
    """The name of the area recognised in the text."""
    chip = place_chip(page)
    return re.match(r"[^,(]+", chip.own_text)[0].strip() if chip else ""


def words_of(page):
    """The searched words, as shown by the chip of the text."""
    return next((text[1:-1] for text in page.chips if text[0] in "”“"), "")


def query_pairs(address):
    return parse_qsl(urlsplit(address).query)


# Recognition


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
def test_area_in_any_inflection_and_language(find, db, typed, place, words):
    page = find(q=typed)
    assert (place_of(page), words_of(page)) == (place, words)


@pytest.mark.parametrize(
    "typed", ["neuvola lahti", "lahti neuvola", "kun Lahti kutsuu", "kun lahdessa pelottaa", "lahti"]
)
def test_common_word_in_the_position_of_a_place_is_an_area(find, db, typed):
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
def test_common_word_is_not_an_area(find, db, typed):
    assert place_of(find(q=typed)) == ""


def test_word_for_a_problem_is_an_area_only_with_a_capital(find, db):
    assert place_of(find(q="velkaneuvonta Varkaudessa")) == "Varkaus"
    assert place_of(find(q="perheneuvola Ii")) == "Ii"


def test_renamed_municipality_is_recognised(find, kerava):
    Municipality.objects.filter(pk=kerava.pk).update(name_fi="Sipilä", name_sv="Sipilä", name_en="")
    assert place_of(find(q="ero Sipilä")) == "Sipilä"
    assert place_of(find(q="ero Keravalla")) == ""


# Effect


def test_area_in_the_text_filters_like_a_selected_one(clubs, find):
    page, chosen = find(q="kerho Keravalla"), find(q="kerho", municipality=KERAVA)
    assert sorted(page.names) == ["Etäkerho", "Keravan kerho"]
    assert (page.names, page.total, page.sectors) == (chosen.names, chosen.total, chosen.sectors)
    assert {key: box.count for key, box in page.boxes.items()} == {k: box.count for k, box in chosen.boxes.items()}
    assert sorted(find(q="kerho vantaan ja keravan alueella").names) == ["Etäkerho", "Keravan kerho", "Vantaan kerho"]


def test_form_keeps_the_text_and_selects_no_municipality(clubs, find):
    page = find(q="kerho Keravalla")
    assert page.one("input", id="q")["value"] == "kerho Keravalla"
    assert not [option for option in page.one("select", id="municipality").all("option") if "selected" in option]


def test_area_alone_lists_its_services(clubs, find):
    assert sorted(find(q="Kerava").names) == ["Etäkerho", "Keravan kerho", "Nuorisotyö"]
    page = find(q="mitä Keravalla on")
    assert sorted(page.names) == ["Etäkerho", "Keravan kerho", "Nuorisotyö"]
    assert words_of(page) == ""
    assert "relevance" not in page.sorts


def test_removed_area_is_a_word_and_can_be_restored(clubs, find, open_page):
    page = find(q="kerho Keravalla", sort="name")
    off = open_page(page.path + place_chip(page)["href"])
    assert words_of(off) == "kerho Keravalla"
    assert off.names == ["Keravan kerho"]  # it has both words
    assert off.one("input", type="hidden", name="place")["value"] == "off"
    (back,) = [link for line in off.all(class_="suggested") for link in line.all("a") if "exact" not in link["href"]]
    assert open_page(off.path + back["href"]).names == page.names


def test_removing_the_words_keeps_the_area(clubs, find, open_page):
    page = find(q="kerho Keravalla")
    link = next(address for text, address in page.chips.items() if "kerho" in text)
    assert sorted(open_page(link).names) == ["Etäkerho", "Keravan kerho", "Nuorisotyö"]


def test_other_links_keep_the_text_as_typed(clubs, find):
    page = find(q="kerho Keravalla")
    assert query_pairs(page.sorts["name"]) == [("q", "kerho Keravalla"), ("sort", "name")]


def test_repeated_area_is_one_area(clubs, find):
    page = find(q="Kerava kerho Keravalla")
    assert (place_of(page), words_of(page)) == ("Kerava", "kerho")


def test_two_areas_are_ambiguous(clubs, find):
    page = find(q="kerho Kerava Vantaa")
    assert (place_of(page), words_of(page)) == ("", "kerho Kerava Vantaa")


def test_municipality_with_its_county_is_unambiguous(find, db):
    assert place_of(find(q="ero Tampere Pirkanmaa")) == "Tampere"
    assert place_of(find(q="ero Tampere Satakunta")) == ""


def test_selected_area_takes_precedence_over_the_text(clubs, find):
    page = find(q="kerho Keravalla", municipality=VANTAA)
    assert (place_of(page), words_of(page)) == ("", "kerho Keravalla")
    assert "Vantaa" in page.chips
    assert "Keravan kerho" not in page.names
    assert place_of(find(q="kerho Tampere", county=PIRKANMAA)) == ""
    off = find(q="kerho Keravalla", municipality=VANTAA, place="off")
    assert not off.all(class_="suggested")  # another area is selected


def test_selected_area_in_the_text_is_not_searched_as_a_word(clubs, find):
    page = find(q="kerho Keravalla", municipality=KERAVA)
    assert list(page.chips) == ["”kerho”", "Kerava"]
    assert page.names == find(q="kerho", municipality=KERAVA).names


def test_organisation_named_after_an_area_is_searched_by_name(clubs, find):
    health = cast.organisation("Vantaan Mielenterveys ry", works_in="Kerava")
    mission = cast.organisation("HelsinkiMissio ry", works_in="Helsinki")
    cast.service("Vertaisryhmä", health)
    cast.service("Keskusteluapu", mission)
    cast.service("Mielenterveyden tuki", cast.organisation("Toivo", works_in="Vantaa"))
    assert find(q="vantaan mielenterveys").names[0] == "Vertaisryhmä"
    assert place_of(find(q="Helsinki Mission keskusteluapu")) == ""
    assert place_of(find(q="Vantaan mielenterveyspalvelut")) == "Vantaa"


def test_city_alone_is_an_organisation_and_with_other_words_an_area(clubs, find):
    assert place_of(find(q="Keravan kaupunki")) == ""
    assert place_of(find(q="Keravan kaupunki kerho")) == "Kerava"


def test_area_name_is_in_the_language_of_the_page(visit, db):
    assert place_of(visit("finding:results", lang="sv", q="skilsmässa Tampereella")) == "Tammerfors"


@pytest.mark.parametrize("rest", ["<script>alert(1)</script>", "%_\\", "Kerava " * 60, "(.*", "[[:alpha:]]"])
def test_special_characters_beside_an_area(clubs, find, rest):
    for typed in (f"{rest} Keravalla", f"Kerava{rest}", f"Kerava {rest}"):
        assert not [script for script in find(q=typed).all("script") if "src" not in script]


def test_area_takes_a_query_only_if_it_may_start_a_name(clubs, find):
    def statements(**query):
        with CaptureQueriesContext(connection) as captured:
            find(**query, sort="name")  # relevance has queries of its own
        return len(captured)

    chosen = statements(q="kerho", municipality=KERAVA)
    assert statements(q="kerho Kerava") == statements(q="Keravalla kerho") == chosen
    assert statements(q="Keravan kerho") == statements(q="Kerava kerho " * 9 + "Kerava ry") == chosen + 1


def test_no_area_without_reference_data(db):
    reference_data = ReferenceData(categories={}, municipalities={}, counties={}, tree=CategoryTree({}))
    filters = Filters(reference_data, "fi", text="kerho Keravalla")
    assert (filters.applied_query_area, filters.search_text) == (None, "kerho Keravalla")
