"""Services of other sectors that help with the same matter in the same area, on the page of a service."""

import pytest

from tests import cast


@pytest.fixture
def debts(db):
    return cast.category("Velat", code="debts")


@pytest.fixture
def advice(kivivuori, debts):
    return cast.service("Velkaneuvonta", kivivuori, tags=[debts], works_in="Vantaa")


def test_other_sectors_with_a_shared_category_and_area(advice, debts, vake, parish, open_page):
    cast.service("Talousapu", vake, tags=[debts])
    cast.service("Diakonian talousneuvonta", parish, tags=[debts])
    page = open_page(advice)
    assert set(page.names) == {"Talousapu", "Diakonian talousneuvonta"}
    assert {card["data-sector"] for card in page.cards} == {"county", "parish"}


def test_not_of_the_same_sector(advice, debts, open_page):
    cast.service("Toisen yhdistyksen neuvonta", cast.organisation("Toinen ry"), tags=[debts])
    assert open_page(advice).names == []


def test_not_of_another_matter(advice, vake, open_page):
    cast.service("Neuvola", vake, tags=[cast.category("Vauvat")])
    assert open_page(advice).names == []


def test_not_for_the_same_form_of_help_or_target_group_alone(kivivuori, vake, open_page):
    tags = [
        cast.category("Ryhmä", scheme="form-of-help"),
        cast.category("Vanhemmat", scheme="target-group"),
    ]
    cast.service("Vanhempien ryhmä", vake, tags=tags)
    assert open_page(cast.service("Isien ryhmä", kivivuori, tags=tags)).names == []


@pytest.mark.parametrize("scheme", ["theme", "family-centre-task", "life-situation"])
def test_matters_that_count(kivivuori, vake, open_page, scheme):
    tags = [cast.category("Kriisi", scheme=scheme)]
    cast.service("Kriisityö", vake, tags=tags)
    assert open_page(cast.service("Kriisiapu", kivivuori, tags=tags)).names == ["Kriisityö"]


def test_not_of_another_area(advice, debts, city, open_page):
    cast.service("Keravan talousneuvonta", city, tags=[debts])
    assert open_page(advice).names == []


def test_nationwide_services_reach_everywhere(advice, debts, open_page):
    state = cast.organisation("Valtion virasto", "state", works_in=cast.NATIONWIDE)
    cast.service("Velkajärjestely", state, tags=[debts])
    assert open_page(advice).names == ["Velkajärjestely"]


def test_nationwide_service_has_company_everywhere(helpline, debts, city, open_page):
    cast.service("Keravan talousneuvonta", city, tags=[debts])
    assert open_page(cast.service("Velkalinja", helpline, tags=[debts])).names == ["Keravan talousneuvonta"]


def test_most_shared_matters_come_first(kivivuori, vake, parish, debts, open_page):
    crisis = cast.category("Kriisi", scheme="life-situation")
    cast.service("Talousapu", vake, tags=[debts])
    cast.service("Diakonia", parish, tags=[debts, crisis])
    advice = cast.service("Velkaneuvonta", kivivuori, tags=[debts, crisis])
    assert open_page(advice).names == ["Diakonia", "Talousapu"]


def test_no_sector_crowds_out_the_others(advice, debts, vake, parish, open_page):
    """However many services of one sector fit better, the others still have their place."""
    crisis = cast.category("Kriisi", scheme="life-situation")
    advice.categories.add(crisis)
    cast.index_for_search(advice)
    cast.services(45, vake, tags=[debts, crisis])
    cast.service("Diakonia", parish, tags=[debts])
    page = open_page(advice)
    assert len([card for card in page.cards if card["data-sector"] == "county"]) == 2
    assert "Diakonia" in page.names


def test_nothing_shared_nothing_shown(kivivuori, vake, open_page):
    cast.service("Perhetyö", vake)
    page = open_page(cast.service("Kerho", kivivuori))
    assert not page.has_section("complementary")
