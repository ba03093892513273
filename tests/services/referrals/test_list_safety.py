"""The family's page of a list about danger."""

import pytest
from django.test import Client

from services.models import ReferralList, ServicePhone
from services.models.category import SafetyLevel
from tests import cast
from tests.html_page import Page


@pytest.fixture
def shelter(kivivuori):
    subject = cast.category("Väkivalta", safety=SafetyLevel.VIOLENCE)
    return cast.service("Turvakoti", kivivuori, tags=[subject])


def test_page_begins_with_emergency_numbers_and_has_a_quick_exit(worker, family, club, shelter, vake):
    ServicePhone.objects.create(
        service=cast.service("Kriisipäivystys", vake, is_crisis_number=True), number="09 111 2222"
    )
    page = family(worker.hand_over(club, shelter), language="sv")
    assert [link["href"] for link in page.main.all("a", class_="tel")][:2] == ["tel:112", "tel:091112222"]
    assert page.one(class_="quick-exit").text == "Lämna sidan snabbt"


def test_other_lists_have_neither(worker, family, club):
    page = family(worker.hand_over(club))
    assert not page.all(class_="crisis") and not page.all(class_="quick-exit")


def test_no_copy_of_a_list_about_violence_stays_on_the_device(worker, club, shelter):
    kept, not_kept = (Client().get(worker.hand_over(*services)) for services in ([club], [club, shelter]))
    assert kept.headers["Offline-Copy"] == "allowed"
    assert "Offline-Copy" not in not_kept.headers
    assert not_kept.headers["Cache-Control"] == "private, no-store"
    workers = [len(Page(response).all("script", data_worker=True)) for response in (kept, not_kept)]
    assert workers == [1, 0]


def test_family_may_ask_for_a_copy_of_a_list_about_violence(worker, family, shelter):
    link = worker.hand_over(shelter)
    assert [a["href"] for a in family(link).one("footer").all("a")] == [f"{link}fi/?keep=1"]
    kept = Client().get(f"{link}fi/?keep=1")
    assert kept.headers["Offline-Copy"] == "asked"
    assert kept.headers["Cache-Control"] == "private, no-cache"
    assert [a["href"] for a in Page(kept).one("footer").all("a")] == [f"{link}fi/?keep=0"]
    assert "Offline-Copy" not in Client().get(f"{link}fi/?keep=0").headers


def test_pages_where_lists_are_made_and_given_offer_to_clear_the_device(worker, club):
    assert worker.open("referrals:make-list", s=club.pk).one(id="clear")
    worker.hand_over(club)
    lists = worker.open("referrals:given")
    assert lists.one(id="clear")
    given = ReferralList.objects.get()
    assert worker.open("referrals:list", given.pk).one(id="clear")


def test_pages_on_which_such_a_list_is_made_and_given_can_be_left_quickly(worker, shelter):
    making = worker.open("referrals:make-list", s=[shelter.pk])
    worker.hand_over(shelter)
    (given,) = worker.open("referrals:given").one(class_="given-lists").all("a")
    for page in (making, Page(worker.browser.get(given["href"]))):
        assert page.one(class_="quick-exit")
        assert page.one("title").text == "Palvelut – Palvelukartta"
