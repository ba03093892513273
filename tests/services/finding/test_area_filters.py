"""Filtering by municipality and by county; nationwide services are found there too, and told apart."""

import pytest

from tests import cast

VANTAA, KERAVA, ESPOO = "092", "245", "049"
VAKE = "04"


@pytest.fixture
def located_services(kivivuori, vake, helpline, db):
    """One service for every way of being here or elsewhere."""
    elsewhere = cast.organisation("Espoon perheet", works_in="Espoo")
    cast.service("Vantaan kerho", kivivuori, works_in="Vantaa")
    cast.service("Keravan kerho", kivivuori, works_in="Kerava")
    cast.service("Alueen neuvola", vake, works_in=cast.VAKE)
    cast.service("Espoon kerho", elsewhere, works_in="Espoo")
    cast.service("Koko maan puhelin", helpline, works_in=cast.NATIONWIDE)


def test_municipality_finds_its_own_its_countys_and_nationwide_services(located_services, find):
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


def test_nationwide_services_can_be_left_out(located_services, find):
    assert sorted(find(municipality=VANTAA, local="1").names) == ["Alueen neuvola", "Vantaan kerho"]
    assert sorted(find(county=VAKE, local="1").names) == ["Alueen neuvola", "Keravan kerho", "Vantaan kerho"]


def test_how_many_are_nationwide_stands_beside_the_box_that_leaves_them_out(located_services, find):
    box = find(municipality=VANTAA).boxes["local", "1"]
    assert (box.count, box.checked) == (1, False)
    assert find(municipality=VANTAA).total - box.count == find(municipality=VANTAA, local="1").total
    assert find(municipality=VANTAA, local="1").boxes["local", "1"].checked


def test_leaving_out_nationwide_ones_means_nothing_without_an_area(located_services, find):
    assert find(local="1").total == 5
    assert ("local", "1") not in find().boxes
    assert find(local="1").chips == {}


def test_remote_and_nationwide_is_said_on_the_card(helpline, kivivuori, find):
    cast.service("Chat", helpline, works_in=cast.NATIONWIDE, channels=["chat"])
    cast.service("Kerho", kivivuori, works_in="Vantaa", channels=["on-site", "chat"])
    page = find(municipality=VANTAA, sort="name")
    chat, club = page.cards
    assert "Vantaa" in club.one("dl").text
    assert "Vantaa" not in chat.one("dl").text
    assert chat.one("dl").text


def test_municipality_goes_before_the_county(located_services, find):
    page = find(municipality=ESPOO, county=VAKE)
    assert page.names == find(municipality=ESPOO).names
    assert list(page.chips) == ["Espoo"]


def test_service_without_an_area_works_where_its_organisation_does(vake, helpline, find):
    cast.service("Perhetyö", vake)
    cast.service("Puhelin", helpline)
    assert sorted(find(municipality=KERAVA).names) == ["Perhetyö", "Puhelin"]
    assert find(municipality=KERAVA, local="1").names == ["Perhetyö"]
    assert find(municipality=ESPOO).names == ["Puhelin"]


def test_service_with_an_area_works_only_there(vake, helpline, find):
    cast.service("Vain Vantaalla", vake, works_in="Vantaa")
    cast.service("Vain Keravalla", helpline, works_in="Kerava")
    assert find(municipality=KERAVA).names == ["Vain Keravalla"]
    assert find(municipality=VANTAA).names == ["Vain Vantaalla"]


def test_service_that_works_nowhere_is_found_only_without_an_area(db, find):
    nowhere = cast.organisation("Uusi yhdistys", works_in=())
    cast.service("Kerho", nowhere)
    assert find().names == ["Kerho"]
    assert find(municipality=VANTAA).names == []
    assert find(county=VAKE).names == []


def test_all_municipalities_can_be_chosen_in_alphabetical_order(find, db):
    options = [option.text for option in find().one("select", id="municipality").all("option")][1:]
    assert len(options) == 308
    assert options[0] == "Akaa"
    assert options[-3:] == ["Ypäjä", "Ähtäri", "Äänekoski"]


def test_names_of_areas_in_the_readers_language(visit, db):
    page = visit("finding:results", lang="sv", municipality=VANTAA)
    assert list(page.chips) == ["Vanda"]
