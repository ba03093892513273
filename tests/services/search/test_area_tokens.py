"""The area of a service as tokens."""

from services.search.facets import NATIONWIDE, ServedArea, area_tokens

COUNTY_OF = {"092": "04", "245": "04", "049": "03"}
MUNICIPALITIES_OF = {"04": ["092", "245"], "03": ["049"]}


def tokens(*, nationwide=False, municipalities=(), counties=()):
    area = ServedArea(nationwide, frozenset(municipalities), frozenset(counties))
    return area_tokens(area, COUNTY_OF, MUNICIPALITIES_OF)


def test_municipality_lies_in_its_county():
    assert tokens(municipalities=["092"]) == {"municipality:092", "county:04"}


def test_county_holds_all_its_municipalities():
    assert tokens(counties=["04"]) == {"municipality:092", "municipality:245", "county:04"}


def test_county_and_a_municipality_elsewhere():
    assert tokens(counties=["04"], municipalities=["049"]) == tokens(counties=["04"]) | tokens(municipalities=["049"])


def test_nationwide_lists_no_municipality():
    assert tokens(nationwide=True) == {NATIONWIDE}


def test_a_service_without_an_area_has_no_tokens():
    assert tokens() == set()
