"""Filter by municipality and county. Nationwide services match every area."""

import pytest

from tests import cast

VANTAA, KERAVA, ESPOO = "092", "245", "049"
VAKE = "04"


@pytest.fixture
def located_services(kivivuori, vake, helpline, db):
    """One service for each kind of area."""
    elsewhere = cast.organisation("Espoon perheet", works_in="Espoo")
    cast.service("Vantaan kerho", kivivuori, works_in="Vantaa")
    cast.service("Keravan kerho", kivivuori, works_in="Kerava")
    cast.service("Alueen neuvola", vake, works_in=cast.VAKE)
    cast.service("Espoon kerho", elsewhere, works_in="Espoo")
    cast.service("Koko maan puhelin", helpline, works_in=cast.NATIONWIDE)


def test_municipality_finds_its_own_county_and_nationwide_services(located_services, find):
    assert sorted(find(municipality=VANTAA).names) == ["Alueen neuvola", "Koko maan puhelin", "Vantaan kerho"]
    assert sorted(find(municipality=KERAVA).names) == ["Alueen neuvola", "Keravan kerho", "Koko maan puhelin"]
    assert sorted(find(municipality=ESPOO).names) == ["Espoon kerho", "Koko maan puhelin"]


def test_county_finds_all_its_municipalities(located_services, find):
    assert sorted(find(county=VAKE).names) == [
        "Alueen neuvola",
        "Keravan kerho",
        "Koko maan puhelin",
        "Vantaan kerho",
    ]


def test_nationwide_services_can_be_hidden(located_services, find):
    assert sorted(find(municipality=VANTAA, local="1").names) == ["Alueen neuvola", "Vantaan kerho"]
    assert sorted(find(county=VAKE, local="1").names) == ["Alueen neuvola", "Keravan kerho", "Vantaan kerho"]


def test_checkbox_that_hides_nationwide_services_has_their_number(located_services, find):
    box = find(municipality=VANTAA).boxes["local", "1"]
    assert (box.count, box.checked) == (1, False)
    assert find(municipality=VANTAA).total - box.count == find(municipality=VANTAA, local="1").total
    assert find(municipality=VANTAA, local="1").boxes["local", "1"].checked


def test_hiding_nationwide_services_has_no_effect_without_an_area(located_services, find):
    assert find(local="1").total == 5
    assert ("local", "1") not in find().boxes
    assert find(local="1").chips == {}


def test_card_states_remote_and_nationwide(helpline, kivivuori, find):
    cast.service("Chat", helpline, works_in=cast.NATIONWIDE, channels=["chat"])
    cast.service("Kerho", kivivuori, works_in="Vantaa", channels=["on-site", "chat"])
    page = find(municipality=VANTAA, sort="name")
    chat, club = page.cards
    assert "Vantaa" in club.one("dl").text
    assert "Vantaa" not in chat.one("dl").text
    assert chat.one("dl").text


def test_municipality_takes_precedence_over_county(located_services, find):
    page = find(municipality=ESPOO, county=VAKE)
    assert page.names == find(municipality=ESPOO).names
    assert list(page.chips) == ["Espoo"]


def test_service_without_an_area_has_the_area_of_its_organisation(vake, helpline, find):
    cast.service("Perhetyö", vake)
    cast.service("Puhelin", helpline)
    assert sorted(find(municipality=KERAVA).names) == ["Perhetyö", "Puhelin"]
    assert find(municipality=KERAVA, local="1").names == ["Perhetyö"]
    assert find(municipality=ESPOO).names == ["Puhelin"]


def test_service_with_an_area_ignores_the_area_of_its_organisation(vake, helpline, find):
    cast.service("Vain Vantaalla", vake, works_in="Vantaa")
    cast.service("Vain Keravalla", helpline, works_in="Kerava")
    assert find(municipality=KERAVA).names == ["Vain Keravalla"]
    assert find(municipality=VANTAA).names == ["Vain Vantaalla"]


def test_service_without_any_area_is_found_without_an_area_filter_only(db, find):
    nowhere = cast.organisation("Uusi yhdistys", works_in=())
    cast.service("Kerho", nowhere)
    assert find().names == ["Kerho"]
    assert find(municipality=VANTAA).names == []
    assert find(county=VAKE).names == []


def test_all_municipalities_are_options_in_alphabetical_order(find, db):
    options = [option.text for option in find().one("select", id="municipality").all("option")][1:]
    assert len(options) == 308
    assert options[0] == "Akaa"
    assert options[-3:] == ["Ypäjä", "Ähtäri", "Äänekoski"]


def test_area_names_are_in_the_language_of_the_page(visit, db):
    page = visit("finding:results", lang="sv", municipality=VANTAA)
    assert list(page.chips) == ["Vanda"]
