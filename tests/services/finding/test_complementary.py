"""Services of other sectors with the same categories in the same area, on the page of a service."""

import pytest

from tests import cast


@pytest.fixture
def debts(db):
    return cast.category("Velat", code="debts")


@pytest.fixture
def advice(kivivuori, debts):
    return cast.service("Velkaneuvonta", kivivuori, tags=[debts], works_in="Vantaa")


def test_services_of_other_sectors_share_category_and_area(advice, debts, vake, parish, open_page):
    cast.service("Talousapu", vake, tags=[debts])
    cast.service("Diakonian talousneuvonta", parish, tags=[debts])
    page = open_page(advice)
    assert set(page.names) == {"Talousapu", "Diakonian talousneuvonta"}
    assert {card["data-sector"] for card in page.cards} == {"county", "parish"}


def test_same_sector_is_excluded(advice, debts, open_page):
    cast.service("Toisen yhdistyksen neuvonta", cast.organisation("Toinen ry"), tags=[debts])
    assert open_page(advice).names == []


def test_other_categories_are_excluded(advice, vake, open_page):
    cast.service("Neuvola", vake, tags=[cast.category("Vauvat")])
    assert open_page(advice).names == []


def test_form_of_help_or_target_group_alone_is_not_enough(kivivuori, vake, open_page):
    tags = [
        cast.category("Ryhmä", scheme="form-of-help"),
        cast.category("Vanhemmat", scheme="target-group"),
    ]
    cast.service("Vanhempien ryhmä", vake, tags=tags)
    assert open_page(cast.service("Isien ryhmä", kivivuori, tags=tags)).names == []


@pytest.mark.parametrize("scheme", ["theme", "family-centre-task", "life-situation"])
def test_schemes_that_count(kivivuori, vake, open_page, scheme):
    tags = [cast.category("Kriisi", scheme=scheme)]
    cast.service("Kriisityö", vake, tags=tags)
    assert open_page(cast.service("Kriisiapu", kivivuori, tags=tags)).names == ["Kriisityö"]


def test_other_areas_are_excluded(advice, debts, city, open_page):
    cast.service("Keravan talousneuvonta", city, tags=[debts])
    assert open_page(advice).names == []


def test_nationwide_services_complement_local_ones(advice, debts, open_page):
    state = cast.organisation("Valtion virasto", "state", works_in=cast.NATIONWIDE)
    cast.service("Velkajärjestely", state, tags=[debts])
    assert open_page(advice).names == ["Velkajärjestely"]


def test_services_of_any_area_complement_nationwide_ones(helpline, debts, city, open_page):
    cast.service("Keravan talousneuvonta", city, tags=[debts])
    assert open_page(cast.service("Velkalinja", helpline, tags=[debts])).names == ["Keravan talousneuvonta"]


def test_most_shared_categories_come_first(kivivuori, vake, parish, debts, open_page):
    crisis = cast.category("Kriisi", scheme="life-situation")
    cast.service("Talousapu", vake, tags=[debts])
    cast.service("Diakonia", parish, tags=[debts, crisis])
    advice = cast.service("Velkaneuvonta", kivivuori, tags=[debts, crisis])
    assert open_page(advice).names == ["Diakonia", "Talousapu"]


def test_services_of_one_sector_are_limited(advice, debts, vake, parish, open_page):
    crisis = cast.category("Kriisi", scheme="life-situation")
    advice.categories.add(crisis)
    cast.index_for_search(advice)
    cast.services(45, vake, tags=[debts, crisis])
    cast.service("Diakonia", parish, tags=[debts])
    page = open_page(advice)
    assert len([card for card in page.cards if card["data-sector"] == "county"]) == 2
    assert "Diakonia" in page.names


def test_section_is_hidden_without_shared_categories(kivivuori, vake, open_page):
    cast.service("Perhetyö", vake)
    page = open_page(cast.service("Kerho", kivivuori))
    assert not page.has_section("complementary")
