"""Results are paginated by twenty."""

import pytest

from tests import cast


@pytest.fixture
def many_services(kivivuori):
    return cast.services(21, kivivuori)


def test_first_page_has_twenty_results_and_the_second_the_rest(many_services, find):
    first, second = find(sort="name"), find(sort="name", page=2)
    assert (first.total, second.total) == (21, 21)
    assert first.names == [f"Palvelu {n:02d}" for n in range(1, 21)]
    assert second.names == ["Palvelu 21"]
    assert second.one("ol", class_="cards")["start"] == "21"


def test_links_between_pages(many_services, find, open_page):
    first = find(sort="name")
    assert set(first.pages) == {1, 2}
    assert open_page(first.pages[2]).names == ["Palvelu 21"]
    assert first.one("a", rel="next")["href"] in first.pages[2]
    assert not first.all("a", rel="prev")
    second = find(sort="name", page=2)
    assert second.one("a", rel="prev")["href"] in second.pages[1]
    assert not second.all("a", rel="next")
    assert second.one("a", aria_current="page").text.endswith("2")


def test_twenty_results_are_one_page(kivivuori, find):
    cast.services(20, kivivuori)
    assert find().pages == {}


def test_page_beyond_the_last_shows_the_last(many_services, find):
    page = find(sort="name", page=99)
    assert page.names == ["Palvelu 21"]
    assert page.one("a", aria_current="page").text.endswith("2")


@pytest.mark.parametrize("number", ["abc", "0", "-1", "1.5", "1e3", "٢", "99999999999999999999"])
def test_invalid_page_number_is_ignored(many_services, find, number):
    page = find(sort="name", page=number)
    assert page.names[0] == "Palvelu 01"
    assert f"page={number}" in page.notices


def test_page_number_without_results(find, db):
    page = find(page=3)
    assert (page.total, page.names, page.pages) == (0, [], {})


def test_pager_links_the_ends_and_neighbours(kivivuori, find):
    cast.services(141, kivivuori)
    assert set(find(page=4).pages) == {1, 3, 4, 5, 8}
