"""The styleguide page."""

import pytest
from django.urls import resolve
from django.urls.exceptions import Resolver404

from palvelukartta.styleguide import styleguide
from tests.html_page import Page


def test_shows_cards_in_all_states_without_a_database(rf):
    request = rf.get("/styleguide/")
    response = styleguide(request)
    response.request = {"PATH_INFO": request.path}
    page = Page(response)
    assert {card["data-sector"] for card in page.cards} >= {"ngo", "county", "parish"}
    for part in (
        "badge",
        "chip",
        "notice",
        "pager",
        "tabs",
        "sheet",
        "stale",
        "unknown",
        "compare-pick",
        "save-pick",
        "progress",
    ):
        assert page.main.all(class_=part), part


def test_is_not_there_in_production():
    with pytest.raises(Resolver404):
        resolve("/styleguide/")
