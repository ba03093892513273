"""A person is forgotten in the history too, and nobody else. Aino kept the contact first, Bertta after her."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import CommandError, call_command
from django.utils.translation import override

from organisations.models import Contact
from services.models import Change
from tests import cast
from tests.admin_client import formset_rows
from tests.html_page import view_url
from tests.services.stewardship.editing.service_form import EditorClient

AINO = {"name": "Aino Vanha", "email": "aino@kivivuori.example", "phone": "040 111"}
BERTTA = {"name": "Bertta Uusi", "email": "bertta@kivivuori.example", "phone": "040 222"}


@pytest.fixture
def contact(kivivuori):
    """Aino's."""
    return cast.contact("Ohjaaja", kivivuori, **AINO)


def change(contact, **facts):
    """As a program does that knows no actions."""
    Contact.objects.filter(pk=contact.pk).update(**facts)


def noted(contact):
    """All that the history says of a contact."""
    changes = Change.objects.filter(kind="contact", record=contact.pk).order_by("pk")
    return " ".join(f"{change.before} {change.after}" for change in changes)


def mentions(contact, person):
    return [value for value in person.values() if value in noted(contact)]


def erase(*args):
    call_command("erase_contact", *args)


# By the address


def test_a_contact_goes_with_the_person_whose_address_it_has(contact):
    change(contact, phone="040 333")
    erase("AINO@kivivuori.example")
    assert not Contact.objects.exists()
    assert "Ohjaaja" in noted(contact)
    assert not mentions(contact, AINO) and "040 333" not in noted(contact)


def test_of_a_contact_that_is_somebody_elses_now_only_the_former_person_is_forgotten(contact, capsys):
    change(contact, phone="040 333")
    change(contact, **BERTTA)
    change(contact, phone="040 444")
    erase(AINO["email"])
    assert Contact.objects.get().name == BERTTA["name"]
    assert mentions(contact, BERTTA) == [*BERTTA.values()]
    assert not mentions(contact, AINO) and "040 333" not in noted(contact)
    # Whoever erases is told whom the contact is of, as it might be the same person.
    assert f"Contact {contact.pk} of Kivivuoren perhetalo" in capsys.readouterr().out


@pytest.mark.parametrize("steps", [["name", "email", "phone"], ["phone", "email", "name"]])
def test_a_person_who_was_replaced_step_by_step_is_forgotten_whole(contact, steps):
    for step in steps:
        change(contact, **{step: BERTTA[step]})
    erase(AINO["email"])
    assert Contact.objects.get().email == BERTTA["email"]
    assert not mentions(contact, AINO)
    assert BERTTA["email"] in noted(contact)


def test_who_came_before_is_not_forgotten_with_who_came_after(contact):
    change(contact, **BERTTA)
    change(contact, name="", email="ohjaus@kivivuori.example", phone="")
    erase(BERTTA["email"])
    assert mentions(contact, AINO) == [*AINO.values()]
    assert not mentions(contact, BERTTA)


def test_a_contact_that_was_deleted_tells_nothing_of_anybody(contact):
    change(contact, email="aino.vanha@kivivuori.example")
    contact.delete()
    erase(AINO["email"])
    assert not mentions(contact, AINO) and "aino.vanha@" not in noted(contact)


# By the number


def test_a_person_without_an_address_is_forgotten_by_the_number_of_the_contact(contact):
    change(contact, email="", name="Aino Uusi")
    erase("--contact", str(contact.pk))
    assert not Contact.objects.exists()
    assert not mentions(contact, AINO) and "Aino" not in noted(contact)


def test_nothing_that_was_never_there_is_erased(contact):
    for asked in (["--contact", str(contact.pk + 1)], ["tuntematon@kivivuori.example"], []):
        with pytest.raises(CommandError):
            erase(*asked)
    assert Contact.objects.exists()


# By those who keep the contact


def test_who_is_replaced_on_the_members_page_is_forgotten(contact, satu):
    at_satu = EditorClient(satu)
    page = at_satu.open(view_url("editing:contact", contact.pk))
    at_satu.send(page, "save", **BERTTA)
    assert not mentions(contact, AINO)
    assert mentions(contact, BERTTA) == [*BERTTA.values()]
    history = at_satu.open(view_url("history:record", "organisation", contact.organisation_id)).main.text
    assert "Aino" not in history and "(henkilötieto poistettu)" in history


def test_what_is_left_of_a_replaced_person_goes_when_it_changes(contact, satu):
    at_satu = EditorClient(satu)
    for step in BERTTA:
        at_satu.send(at_satu.open(view_url("editing:contact", contact.pk)), "save", **{step: BERTTA[step]})
    assert not mentions(contact, AINO)
    assert mentions(contact, BERTTA) == [*BERTTA.values()]


def test_a_new_number_of_the_same_person_is_told(contact, satu):
    at_satu = EditorClient(satu)
    at_satu.send(at_satu.open(view_url("editing:contact", contact.pk)), "save", phone="040 333")
    assert mentions(contact, AINO) == [*AINO.values()]


def test_who_is_replaced_at_the_desk_is_forgotten(contact, kaisa_admin):
    row = {f"contacts-0-{field}": value for field, value in BERTTA.items()}
    assert kaisa_admin.change(contact.organisation, **row).errors == {}
    assert not mentions(contact, AINO)
    assert mentions(contact, BERTTA) == [*BERTTA.values()]


def test_who_is_removed_at_the_desk_is_forgotten_and_a_desk_can_be_brought_back(contact, kaisa_admin):
    office = cast.contact("Toimisto", contact.organisation, phone="09 111")
    kaisa_admin.change(contact.organisation, **{"contacts-0-DELETE": "on", "contacts-1-DELETE": "on"})
    assert not Contact.objects.exists()
    assert not mentions(contact, AINO)
    assert "09 111" in noted(office)


@pytest.mark.parametrize("way", ["alone", "many"])
def test_who_goes_with_the_organisation_is_forgotten(contact, kaisa_admin, way):
    if way == "alone":
        kaisa_admin.delete(contact.organisation)
    else:
        kaisa_admin.do("delete_selected", contact.organisation, post="yes")
    assert not Contact.objects.exists()
    assert not mentions(contact, AINO)


# The log of the desk


def test_the_log_of_the_desk_names_no_contact(kaisa_admin, kivivuori):
    typed = {"title_fi": "Ohjaaja", "order": "0", "visibility": "public"}
    kaisa_admin.change(kivivuori, **formset_rows("contacts", typed | AINO))
    kaisa_admin.change(kivivuori, **{"contacts-0-phone": "040 333"})
    kaisa_admin.change(kivivuori, **{"contacts-0-DELETE": "on"})
    entries = LogEntry.objects.all()
    assert len(entries) == 3
    with override("fi"):
        assert {entry.get_change_message() for entry in entries} == {"Muutettu yhteyshenkilöt."}


def test_the_log_of_the_desk_names_no_account(sirkka_admin, satu, kivivuori):
    sirkka_admin.change(satu, language="sv", **{"memberships-0-role": "editor"})
    sirkka_admin.change(kivivuori, **{"memberships-0-role": "admin"})
    sirkka_admin.delete(satu)
    told = " ".join(f"{entry} {entry.change_message}" for entry in LogEntry.objects.all())
    assert LogEntry.objects.count() == 3
    assert "Satu" not in told and "satu@" not in told


def test_names_that_the_log_kept_before_are_taken_out(sirkka, kivivuori):
    added = {"added": {"name": "contact", "object": "Aino Vanha, Ohjaaja"}}
    phone = {"changed": {"name": "phone number", "object": "09 1", "fields": ["Number"]}}
    message = [{"changed": {"fields": ["E-mail"]}}, added, {"deleted": added["added"]}, phone]
    LogEntry.objects.log_actions(sirkka.pk, [kivivuori], CHANGE, message)
    LogEntry.objects.log_actions(sirkka.pk, [sirkka], CHANGE, "")
    import_module("organisations.migrations.0006_log_without_names").without_names(apps, None)
    of_sirkka, of_kivivuori = LogEntry.objects.all()
    assert of_sirkka.object_repr == f"#{sirkka.pk}"
    told = [part["changed"] for part in json.loads(of_kivivuori.change_message)]
    assert told == [{"fields": ["E-mail"]}, {"fields": ["contacts"]}, phone["changed"]]
