"""A member keeps the contacts of the organisation: persons and desks, for everybody or for professionals only."""

import pytest

from organisations.models import Contact
from services.models import Change
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url
from tests.services.stewardship.editing.service_form import EditorClient


class ContactEditorClient(EditorClient):
    def save(self, page, status=200, **typed):
        data = form_values(page.main.one("form", id="contact-form")) | typed
        return Page(self.browser.post(page.path, data, follow=True), status)

    def contacts(self, organisation):
        return self.open(view_url("editing:contacts", organisation.pk))

    def contact(self, contact):
        return self.open(view_url("editing:contact", contact.pk))


@pytest.fixture
def satu_client(satu):
    return ContactEditorClient(satu)


@pytest.fixture
def anna(kivivuori):
    return cast.contact("Perhetyön ohjaaja", kivivuori, name="Anna Ohjaaja", email="anna@kivivuori.example")


def named(page):
    return [row.text for row in page.main.all("h2", class_="row-title")]


def test_new_contact_in_three_languages_is_shown_where_it_should(satu_client, kivivuori, open_page):
    page = satu_client.open(view_url("editing:contact-new", kivivuori.pk))
    typed = {"title_fi": "Neuvonta", "title_sv": "Rådgivning", "phone": "09 1234", "visibility": "professionals"}
    page = satu_client.save(page, purposes=["referrals"], municipalities=["092"], **typed)
    assert page.path == view_url("editing:contacts", kivivuori.pk)
    made = Contact.objects.get()
    assert (made.organisation, made.title_sv, made.purposes) == (kivivuori, "Rådgivning", ["referrals"])
    assert [place.pk for place in made.municipalities.all()] == ["092"]
    # Who sees it is told beside it, and holds.
    assert "vain ammattilaisille" in named(page)[0]
    assert "Neuvonta" not in open_page(kivivuori).main.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title_fi": "", "name": ""}, "title_fi"),
        ({"email": "", "phone": ""}, "phone"),
        ({"email": "anna"}, "email"),
        ({"name": "131052-308T"}, "name"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(satu_client, anna, typed, field):
    page = satu_client.save(satu_client.contact(anna), **{"title_sv": "Handledare"} | typed)
    assert f"#id_{field}" in {link["href"] for link in page.main.one(id="errors").all("a")}
    kept = form_values(page.main.one("form", id="contact-form"))
    assert {name: kept[name] for name in ("title_sv", *typed)} == {"title_sv": "Handledare"} | typed
    anna.refresh_from_db()
    assert (anna.name, anna.title_sv) == ("Anna Ohjaaja", None)


def test_second_to_save_sees_both_versions_and_chooses(satu_client, anna):
    page = satu_client.contact(anna)
    satu_client.save(satu_client.contact(anna), phone="09 1", municipalities=["092"])
    page = satu_client.save(page, status=409, phone="09 2", name="Anna Uusi")
    assert satu_client.conflicts(page) == {
        "name": ("Anna Ohjaaja", "Anna Uusi", "mine"),
        "phone": ("09 1", "09 2", ""),
        "municipalities": ("Vantaa", "", "theirs"),
    }
    anna.refresh_from_db()
    assert (anna.name, anna.phone) == ("Anna Ohjaaja", "09 1")
    satu_client.resolve_conflicts(page, phone="mine")
    anna.refresh_from_db()
    assert (anna.name, anna.phone) == ("Anna Uusi", "09 2")
    assert [place.name for place in anna.municipalities.all()] == ["Vantaa"]


def test_order_is_the_order_that_readers_see(satu_client, kivivuori, open_page):
    for title in ("Ensin", "Sitten", "Lopuksi"):
        cast.contact(title, kivivuori)
    last = Contact.objects.get(title_fi="Lopuksi")
    satu_client.browser.post(view_url("editing:contact-move", last.pk), {"to": "up"})
    assert [name.split()[0] for name in named(satu_client.contacts(kivivuori))] == ["Ensin", "Lopuksi", "Sitten"]
    shown = open_page(kivivuori).section("contacts").text
    assert shown.index("Ensin") < shown.index("Lopuksi") < shown.index("Sitten")
    # The first one stays the first.
    satu_client.browser.post(view_url("editing:contact-move", Contact.objects.get(title_fi="Ensin").pk), {"to": "up"})
    assert named(satu_client.contacts(kivivuori))[0].startswith("Ensin")


def test_removed_person_is_forgotten_in_the_history_too(satu_client, anna):
    number = anna.pk
    satu_client.save(satu_client.contact(anna), name="")  # a desk now, that once was Anna
    satu_client.press(satu_client.open(view_url("editing:contact-remove", number)))
    assert not Contact.objects.exists()
    told = Change.objects.filter(kind="contact", record=number)
    assert told
    assert "Anna" not in str(list(told.values("before", "after")))
    assert "anna@" not in str(list(told.values("before", "after")))


def test_removed_desk_can_be_brought_back_from_the_history(satu_client, kivivuori):
    desk = cast.contact("Neuvonta", kivivuori, phone="09 1")
    satu_client.press(satu_client.open(view_url("editing:contact-remove", desk.pk)))
    removal = Change.objects.filter(kind="contact", operation="removed", row=desk.pk).latest("pk")
    assert removal.before["title_fi"] == "Neuvonta"
    assert not removal.erased


def test_outsiders_find_nothing(pirjo, anna, kivivuori):
    for name, record in (("contacts", kivivuori), ("contact-new", kivivuori), ("contact", anna)):
        EditorClient(pirjo).open(view_url(f"editing:{name}", record.pk), status=404)
    for name in ("contact-move", "contact-remove"):
        assert EditorClient(pirjo).browser.post(view_url(f"editing:{name}", anna.pk)).status_code == 404


def test_list_asks_the_database_as_often_for_many(satu_client, kivivuori, django_assert_max_num_queries):
    for number in range(12):
        cast.contact(f"Neuvonta {number}", kivivuori, covers=["Vantaa", "Kerava"])
    satu_client.contacts(kivivuori)
    with django_assert_max_num_queries(6):
        satu_client.contacts(kivivuori)


def test_what_was_written_for_a_contact_that_is_gone_is_given_back(satu_client, anna, pirjo_client):
    page = satu_client.contact(anna)
    anna.delete()
    gone = satu_client.save(page, status=404, title_fi="Perhetyön vastaava", phone="09 1234")
    assert "ei tallennettu" in gone.main.one("h1").text
    assert {"Perhetyön vastaava", "09 1234"} <= {one.text for one in gone.main.all("li")}
    # Whoever never looked after it sees what every address that is not there says.
    outside = Page(pirjo_client.post(page.path, {"title_fi": "Muu"}), 404)
    assert outside.main.one("h1").text == "Sivua ei löytynyt"
