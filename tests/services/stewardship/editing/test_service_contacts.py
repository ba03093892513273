"""A service names its own contacts for professionals: on the form, on its page, in the checklist and in the history."""

import pytest

from tests import cast
from tests.html_page import view_url

from .service_form import EditorClient


@pytest.fixture
def satu_client(satu):
    return EditorClient(satu)


@pytest.fixture
def club(kivivuori):
    return cast.service("Perhekerho", kivivuori)


@pytest.fixture
def sanna(kivivuori):
    return cast.contact("Ohjaaja", kivivuori, name="Sanna", purposes=["referrals"])


@pytest.fixture
def liisa(kivivuori):
    return cast.contact("Kerhon vetäjä", kivivuori, name="Liisa", purposes=["general"])


def names(page):
    return [name.text for contacts in page.all(class_="contacts") for name in contacts.all("strong")]


def choose(satu_client, club, *contacts):
    page = satu_client.send(satu_client.edit(club), "publish", contacts=[contact.pk for contact in contacts])
    assert not page.all(class_="errors"), page.main.text


def test_contact_of_the_service_stands_in_for_those_of_the_organisation(
    satu_client, club, sanna, liisa, visit, open_page
):
    other = cast.service("Perhetyö", club.organisation)
    choose(satu_client, club, liisa)
    for page in (open_page(club), visit("referrals:refer", club.pk)):
        assert names(page) == ["Liisa"]
    assert names(open_page(other)) == names(visit("referrals:refer", other.pk)) == ["Sanna"]
    choose(satu_client, club)
    assert names(open_page(club)) == ["Sanna"]


def test_hidden_contact_of_the_service_is_not_replaced_by_another(satu_client, club, sanna, visit, pirjo_client):
    hidden = cast.contact("Päivystäjä", club.organisation, name="Pirkko", visibility="professionals")
    choose(satu_client, club, hidden)
    page = visit("referrals:refer", club.pk)
    assert names(page) == []
    assert "näkyy vain kirjautuneille ammattilaisille" in page.main.text


def test_contacts_of_other_organisations_are_not_offered(satu_client, club, sanna, parish):
    diakoni = cast.contact("Diakoni", parish, name="Dora")
    page = satu_client.edit(club)
    assert [box["value"] for box in page.all("input", name="contacts")] == [str(sanna.pk)]
    page = satu_client.send(page, "publish", contacts=[diakoni.pk])
    assert page.one(class_="errors")
    assert not club.contacts.exists()


def test_choice_is_in_the_history(satu_client, club, liisa):
    choose(satu_client, club, liisa)
    page = satu_client.open(view_url("history:record", "service", club.pk))
    assert "Yhteyshenkilöt Lisätty: Liisa, Kerhon vetäjä" in page.main.text


def test_draft_with_a_contact_that_was_removed_can_be_published(satu_client, club, liisa, open_page):
    satu_client.send(satu_client.edit(club), "save", contacts=[liisa.pk], summary_fi="Kerho kaikille.")
    satu_client.press(satu_client.open(view_url("editing:contact-remove", liisa.pk)))
    page = satu_client.send(satu_client.edit(club), "publish")
    assert not page.all(class_="errors"), page.main.text
    assert "Kerho kaikille." in open_page(club).main.text
