"""The cards of the saved list, which is stored on the device only."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.models.category import SafetyLevel
from tests import cast
from tests.html_page import Page, view_url


@pytest.fixture
def club(kivivuori):
    return cast.service({"fi": "Perhekerho", "sv": "Familjeklubb", "en": "Family club"}, kivivuori)


def saved(client, *services, lang="fi"):
    """The cards of a saved list."""
    response = client.get(view_url("finding:saved-cards", lang=lang, s=[service.pk for service in services]))
    return Page(response)


def test_cards_are_in_the_order_of_the_list(client, kivivuori):
    first, second, third = cast.services(3, kivivuori)
    assert saved(client, third, first, second).names == ["Palvelu 03", "Palvelu 01", "Palvelu 02"]


def test_unpublished_service_has_no_card(client, club, kivivuori):
    draft = cast.service("Luonnos", kivivuori, status="draft")
    assert saved(client, draft, club).names == ["Perhekerho"]


def test_cards_are_in_the_language_of_the_page(client, club):
    assert saved(client, club, lang="sv").names == ["Familjeklubb"]


def test_length_of_the_list_is_limited(client, kivivuori):
    assert len(saved(client, *cast.services(41, kivivuori)).cards) == 40


def test_invalid_ids_are_ignored(client, club):
    assert Page(client.get(view_url("finding:saved-cards", s=["x", "-1", "9" * 30, club.pk]))).names == ["Perhekerho"]


def test_cards_have_the_first_step(client, kivivuori):
    kivivuori.phones.create(number="09 000 1111")
    club = cast.service("Kerho", kivivuori, access_routes=["self"], website="https://kerho.example/")
    card = saved(client, club).cards[0]
    assert card.all("a", href="tel:090001111")
    assert card.all("a", href="https://kerho.example/")


def test_number_of_queries_does_not_grow_with_the_list(client, kivivuori):
    def queries(services):
        with CaptureQueriesContext(connection) as captured:
            saved(client, *services)
        return len(captured)

    many = cast.services(8, kivivuori)
    assert queries(many[:1]) == queries(many)


def test_list_with_a_service_about_violence_has_a_quick_exit(client, club, kivivuori):
    subject = cast.category("Väkivalta", safety=SafetyLevel.VIOLENCE)
    shelter = cast.service("Turvakoti", kivivuori, tags=[subject])
    for services, exits in (([club], 0), ([club, shelter], 1)):
        assert len(saved(client, *services).all(class_="quick-exit")) == exits
