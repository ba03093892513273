"""The cards of a saved list: which services are on it only the device knows, and says when it asks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.html_page import Page, view_url


@pytest.fixture
def club(kivivuori):
    return cast.service({"fi": "Perhekerho", "sv": "Familjeklubb", "en": "Family club"}, kivivuori)


def saved(client, *services, lang="fi"):
    """The cards of a saved list."""
    response = client.get(view_url("finding:saved-cards", lang=lang, s=[one.pk for one in services]))
    return Page(response)


def test_cards_come_in_the_order_in_which_they_were_saved(client, kivivuori):
    one, two, three = cast.services(3, kivivuori)
    assert saved(client, three, one, two).names == ["Palvelu 03", "Palvelu 01", "Palvelu 02"]


def test_what_is_not_published_any_more_has_no_card(client, club, kivivuori):
    draft = cast.service("Luonnos", kivivuori, status="draft")
    assert saved(client, draft, club).names == ["Perhekerho"]


def test_cards_are_in_the_language_of_the_page(client, club):
    assert saved(client, club, lang="sv").names == ["Familjeklubb"]


def test_list_may_be_long_but_not_endless(client, kivivuori):
    assert len(saved(client, *cast.services(41, kivivuori)).cards) == 40


def test_numbers_that_are_none_are_left_out(client, club):
    assert Page(client.get(view_url("finding:saved-cards", s=["x", "-1", "9" * 30, club.pk]))).names == ["Perhekerho"]


def test_cards_say_what_to_do_first(client, kivivuori):
    kivivuori.phones.create(number="09 000 1111")
    club = cast.service("Kerho", kivivuori, access_routes=["self"], website="https://kerho.example/")
    card = saved(client, club).cards[0]
    assert card.all("a", href="tel:090001111")
    assert card.all("a", href="https://kerho.example/")


def test_a_long_list_costs_no_more_queries_than_a_short_one(client, kivivuori):
    def queries(services):
        with CaptureQueriesContext(connection) as asked:
            saved(client, *services)
        return len(asked)

    many = cast.services(8, kivivuori)
    assert queries(many[:1]) == queries(many)
