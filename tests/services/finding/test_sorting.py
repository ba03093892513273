"""Sort orders of the results."""

import datetime as dt

import pytest
from django.utils import timezone

from tests import cast


def days_ago(days):
    return timezone.localtime() - dt.timedelta(days=days)


def test_finnish_alphabetical_order(kivivuori, find):
    names = ["Aho", "aikakone", "Vaasa", "Wanha", "Zorro", "Ålund", "Äyräpää", "Österman", "Östersund"]
    for name in reversed(names):
        cast.service(name, kivivuori, indexed=False)
    cast.index_for_search()
    assert find(sort="name").names == names


def test_alphabetical_order_in_the_language_of_the_page(kivivuori, visit):
    for fi, sv in (("Ankka", "Ödla"), ("Öljy", "Apa"), ("Bussi", "Åsna"), ("Cembalo", "Älg")):
        cast.service({"fi": fi, "sv": sv}, kivivuori, indexed=False)
    cast.service("Mango", kivivuori, indexed=False)  # sorted by its Finnish name, as it has no Swedish one
    cast.index_for_search()
    assert visit("finding:results", lang="sv", sort="name").names == ["Apa", "Mango", "Åsna", "Älg", "Ödla"]


def test_freshest_services_come_first_and_unconfirmed_last(kivivuori, find):
    cast.service("Viime vuonna", kivivuori, assured_at=days_ago(300))
    cast.service("Ei koskaan", kivivuori)
    cast.service("Eilen", kivivuori, assured_at=days_ago(1))
    assert find(sort="freshest").names == ["Eilen", "Viime vuonna", "Ei koskaan"]


def test_default_order_without_text_is_freshness(kivivuori, find):
    cast.service("Aho", kivivuori, assured_at=days_ago(300))
    cast.service("Zorro", kivivuori, assured_at=days_ago(1))
    assert find().names == ["Zorro", "Aho"]


@pytest.fixture
def separation(kivivuori):
    cast.service("Kahvila", kivivuori, assured_at=days_ago(1), description_fi="Myös ero puhuttaa.")
    cast.service("Ero ja lapset", kivivuori, assured_at=days_ago(300))
    cast.service("Neuvottelu", kivivuori, assured_at=days_ago(30), summary_fi="Kun ero on edessä.")


def test_default_order_with_text_is_relevance(separation, find):
    best = ["Ero ja lapset", "Neuvottelu", "Kahvila"]
    assert find(q="ero").names == best
    assert find(q="ero", sort="relevance").names == best


def test_text_can_be_sorted_by_name_and_freshness(separation, find):
    assert find(q="ero", sort="name").names == ["Ero ja lapset", "Kahvila", "Neuvottelu"]
    assert find(q="ero", sort="freshest").names == ["Kahvila", "Neuvottelu", "Ero ja lapset"]


def test_equal_matches_are_sorted_by_freshness(kivivuori, find):
    services = {days: cast.service("Eroryhmä", kivivuori, assured_at=days_ago(days)) for days in (300, 1, 30)}
    ids = [card["data-service-id"] for card in find(q="ero").cards]
    assert ids == [str(services[days].public_id) for days in (1, 30, 300)]


def test_available_sort_orders(separation, find):
    assert set(find(q="ero").sorts) == {"name", "freshest"}
    assert set(find(q="ero", sort="name").sorts) == {"relevance", "freshest"}
    assert set(find().sorts) == {"name"}  # relevance needs a text


def test_relevance_without_text_is_freshness(separation, find):
    assert find(sort="relevance").names == find().names


def test_order_is_stable_across_pages(kivivuori, find):
    cast.services(45, kivivuori, name="Sama")
    for query in ({"q": "sama"}, {"sort": "freshest"}):
        pages = [find(page=number, **query).names for number in (1, 2, 3)]
        assert len({name for names in pages for name in names}) == 45
