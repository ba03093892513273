"""Active filters, each with a link that removes it, and the search as a URL."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests import cast

# One value of each parameter, in the order of the URL.
SEARCH = [
    ("q", "velka"),
    ("sector", "ngo"),
    ("sector", "parish"),
    ("channel", "phone"),
    ("language", "fi"),
    ("route", "self"),
    ("cost", "free"),
    ("accessibility", "interpreter"),
    ("category", "debts"),
    ("category", "tg-parents"),
    ("municipality", "092"),
    ("low_threshold", "1"),
    ("anonymous", "1"),
    ("age", "0"),
    ("local", "1"),
]


@pytest.fixture
def mapped_services(kivivuori, find):
    """The page of a search that uses every filter."""
    tags = [
        cast.category("Velat", code="debts"),
        cast.category("Vanhemmat", code="tg-parents", scheme="target-group"),
    ]
    cast.service(
        "Velkaneuvonta",
        kivivuori,
        tags=tags,
        channels=["phone"],
        languages=["fi"],
        access_routes=["self"],
        cost="free",
        accessibility=["interpreter"],
        low_threshold=True,
        anonymous=True,
    )
    cast.service("Velka ja raha", kivivuori)
    query = {}
    for name, value in [*SEARCH, ("sort", "name")]:
        query.setdefault(name, []).append(value)
    return find(**query)


def query_pairs(address):
    return parse_qsl(urlsplit(address).query)


def test_every_filter_has_a_chip(mapped_services):
    assert mapped_services.names == ["Velkaneuvonta"]
    assert len(mapped_services.chips) == len(SEARCH)
    assert {"Velat", "Vanhemmat", "Vantaa"} <= set(mapped_services.chips)


def test_chip_removes_only_its_filter(mapped_services):
    gone = []
    for link in mapped_services.chips.values():
        assert urlsplit(link).path == cast.view_url("finding:results")
        left = query_pairs(link)
        assert ("sort", "name") in left
        taken = [pair for pair in SEARCH if pair not in left]
        assert len(taken) == 1, (link, taken)
        assert len(left) == len(SEARCH)
        gone += taken
    assert sorted(gone) == sorted(SEARCH)


def test_chip_leads_to_the_search_without_its_filter(mapped_services, open_page):
    page = open_page(mapped_services.chips["Velat"])
    assert "Velat" not in page.chips
    assert set(page.chips) == set(mapped_services.chips) - {"Velat"}


def test_all_filters_can_be_cleared_at_once(mapped_services):
    clear = mapped_services.one("ul", class_="chips").all("a")[-1]
    assert clear["href"] == cast.view_url("finding:results")


def test_no_chips_without_filters(kivivuori, find):
    cast.service("Kerho", kivivuori)
    assert find().chips == {}
    assert find(sort="name").chips == {}


def test_last_chip_leads_to_all_services(kivivuori, find, open_page):
    cast.service("Kerho", kivivuori)
    cast.service("Maksullinen", kivivuori, cost="fee")
    (link,) = find(cost="fee").chips.values()
    assert open_page(link).total == 2


def test_chip_leads_to_the_first_page(kivivuori, find):
    cast.services(45, kivivuori, cost="free", low_threshold=True)
    for link in find(cost="free", low_threshold="1", page=2).chips.values():
        assert "page" not in dict(query_pairs(link))


def test_sort_and_page_links_keep_the_filters(mapped_services, kivivuori, find):
    assert set(mapped_services.sorts) <= {"relevance", "freshest"}
    for order, link in mapped_services.sorts.items():
        assert query_pairs(link) == [*SEARCH, ("sort", order)]
    cast.services(21, kivivuori, name="Vauvaryhmä", age_max=0)
    page = find(q="vauvaryhmä", age=0, sort="name")
    assert query_pairs(page.pages[2]) == [("q", "vauvaryhmä"), ("age", "0"), ("sort", "name"), ("page", "2")]


def test_url_of_a_search_can_be_shared(mapped_services, client, pirjo_client):
    address = mapped_services.response.request["PATH_INFO"] + "?" + mapped_services.response.request["QUERY_STRING"]
    assert cast.Page(pirjo_client.get(address)).names == mapped_services.names


def test_special_characters_survive_in_links(kivivuori, find, open_page):
    cast.service("Äiti & lapsi + isä #1", kivivuori, cost="free")
    text = "äiti & lapsi + isä #1?"
    _text, cost = find(q=text, cost="free").chips.values()
    assert open_page(cost).one("input", id="q")["value"] == text
