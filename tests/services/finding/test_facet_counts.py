"""The count of an option is the number of results with it, under any other filters.

The numbers are compared with what the page behind each box really finds.
"""

import random

import pytest

from services.models import Category
from services.models.choices import AccessibilityFact, AccessRoute, Channel, Cost
from tests import cast
from tests.html_page import Page, view_url

# Values of these parameters narrow each other; those of all others widen the search.
NARROWING = {"accessibility"}


@pytest.fixture(scope="module")
def directory(django_db_setup, django_db_blocker):
    yield from cast.shared_data(django_db_blocker, _load)


def _load():
    """Forty services of five organisations with facts from a seeded random generator."""
    lot = random.Random(20261122)
    owners = [
        cast.organisation("Perhetalo", "ngo", works_in="Vantaa"),
        cast.organisation("Nuorten talo", "ngo", works_in="Kerava"),
        cast.organisation("Hyvinvointialue", "county", works_in=cast.VAKE),
        cast.organisation("Seurakunta", "parish", works_in=["Vantaa", "Kerava"]),
        cast.organisation("Puhelinapu", "ngo", works_in=cast.NATIONWIDE),
    ]
    places = [cast.location("Talo", owners[0], accessibility=["step-free", "lift"])]
    tags = _tags()
    services = [
        cast.service(
            f"{lot.choice(['Ryhmä', 'Neuvonta', 'Kerho'])} {n}",
            lot.choice(owners),
            indexed=False,
            tags=lot.sample(tags, lot.randint(0, 4)),
            places=lot.sample(places, lot.randint(0, 1)),
            channels=lot.sample(Channel.values[:3], lot.randint(0, 2)),
            languages=lot.sample(["fi", "sv", "so"], lot.randint(0, 2)),
            access_routes=lot.sample(AccessRoute.values[:3], lot.randint(0, 2)),
            accessibility=lot.sample(AccessibilityFact.values[:3], lot.randint(0, 3)),
            cost=lot.choice(["", *Cost.values]),
            low_threshold=lot.random() < 0.5,
            anonymous=lot.random() < 0.3,
            age_min=lot.choice([None, 0, 7, 13]),
            age_max=lot.choice([None, 17, 30]),
        )
        for n in range(40)
    ]
    cast.index_for_search(*services)


def _tags():
    money = cast.category("Raha", code="money")
    family = cast.category("Perhe", code="family")
    merged = cast.category("Vanha nimi", code="old-name", replaced_by=money)
    return [
        money,
        merged,
        cast.category("Velat", code="debts", under=money),
        cast.category("Vuokra", code="rent", under=money),
        cast.category("Arki", code="everyday", under=family),
        cast.category("Vertaistuki", code="peers", scheme="form-of-help"),
        cast.category("Kriisi", code="crisis", scheme="life-situation"),
    ]


SEARCHES = {
    "text and age": {"q": "ryhmä neuvonta", "age": 14},
    "several of each": {
        "category": ["debts", "everyday"],
        "sector": ["ngo", "parish"],
        "municipality": "092",
        "cost": ["free", "fee"],
    },
    "what narrows": {"county": "04", "local": "1", "low_threshold": "1", "accessibility": "interpreter"},
}


@pytest.mark.parametrize("query", SEARCHES.values(), ids=SEARCHES)
def test_count_is_the_number_of_results_with_the_option(directory, client, db, query):
    page = Page(client.get(view_url("finding:results", **query)))
    assert page.total
    counts = {key: box.count for key, box in page.boxes.items() if key != ("local", "1")}
    assert counts == {key: total_of(client, ticked(query, *key)) for key in counts}


def ticked(query, name, value):
    """The search with this value: the only one of its dimension, or an additional one if values narrow each other."""
    chosen = query.get(name, [])
    chosen = [chosen] if isinstance(chosen, str) else chosen
    if name == "category":
        schemes = dict(Category.objects.values_list("code", "scheme"))
        others = [code for code in chosen if schemes[code] != schemes[value]]
    else:
        others = chosen if name in NARROWING else []
    return {**query, name: [*others, value]}


def total_of(client, query):
    return Page(client.get(view_url("finding:results", **query))).total


def test_total_is_the_number_of_cards(directory, client, db):
    page = Page(client.get(view_url("finding:results", category="debts")))
    assert 0 < page.total <= 20
    assert page.total == len(page.cards)


def test_two_values_of_a_dimension_find_the_union(directory, client, db):
    def ids(*sectors):
        pages = [Page(client.get(view_url("finding:results", sector=sectors, cost="free", page=n))) for n in (1, 2)]
        return {card["data-service-id"] for page in pages for card in page.cards}

    assert ids("ngo", "county") == ids("ngo") | ids("county")
    assert not ids("ngo") & ids("county")


def test_sector_counts_add_up_to_the_total(directory, client, db):
    page = Page(client.get(view_url("finding:results", category="money")))
    assert sum(page.sectors.values()) == page.total
    assert page.sectors == {sector: page.boxes["sector", sector].count for sector in page.sectors}


def test_options_without_results_are_hidden(directory, client, db):
    page = Page(client.get(view_url("finding:results")))
    assert ("sector", "company") not in page.boxes
    flags = {("low_threshold", "1"), ("anonymous", "1")}
    assert all(box.count for key, box in page.boxes.items() if key not in flags)
