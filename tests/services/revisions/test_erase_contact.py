"""A person is erased from the history, and nobody else. Aino was the first person of the contact, Bertta the next."""

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
    """The contact with Aino as its person."""
    return cast.contact("Ohjaaja", kivivuori, **AINO)


def change(contact, **facts):
    """Change the contact without an action, as another program would."""
    Contact.objects.filter(pk=contact.pk).update(**facts)


def history_text(contact):
    """The text of a contact's history."""
    changes = Change.objects.filter(kind="contact", record=contact.pk).order_by("pk")
    return " ".join(f"{change.before} {change.after}" for change in changes)


def mentions(contact, person):
    return [value for value in person.values() if value in history_text(contact)]


def erase(*args):
    call_command("erase_contact", *args)


# By the address


def test_contact_is_erased_by_the_persons_address(contact):
    change(contact, phone="040 333")
    erase("AINO@kivivuori.example")
    assert not Contact.objects.exists()
    assert "Ohjaaja" in history_text(contact)
    assert not mentions(contact, AINO) and "040 333" not in history_text(contact)


def test_only_the_former_person_of_a_contact_is_erased(contact, capsys):
    change(contact, phone="040 333")
    change(contact, **BERTTA)
    change(contact, phone="040 444")
    erase(AINO["email"])
    assert Contact.objects.get().name == BERTTA["name"]
    assert mentions(contact, BERTTA) == [*BERTTA.values()]
    assert not mentions(contact, AINO) and "040 333" not in history_text(contact)
    # The command names the current person, as it might be the same person.
    assert f"Contact {contact.pk} of Kivivuoren perhetalo" in capsys.readouterr().out


@pytest.mark.parametrize("steps", [["name", "email", "phone"], ["phone", "email", "name"]])
def test_person_replaced_step_by_step_is_erased_completely(contact, steps):
    for step in steps:
        change(contact, **{step: BERTTA[step]})
    erase(AINO["email"])
    assert Contact.objects.get().email == BERTTA["email"]
    assert not mentions(contact, AINO)
    assert BERTTA["email"] in history_text(contact)


def test_former_person_is_not_erased_with_the_successor(contact):
    change(contact, **BERTTA)
    change(contact, name="", email="ohjaus@kivivuori.example", phone="")
    erase(BERTTA["email"])
    assert mentions(contact, AINO) == [*AINO.values()]
    assert not mentions(contact, BERTTA)


def test_deleted_contact_discloses_nobody(contact):
    change(contact, email="aino.vanha@kivivuori.example")
    contact.delete()
    erase(AINO["email"])
    assert not mentions(contact, AINO) and "aino.vanha@" not in history_text(contact)


# By the number


def test_person_without_an_address_is_erased_by_the_id_of_the_contact(contact):
    change(contact, email="", name="Aino Uusi")
    erase("--contact", str(contact.pk))
    assert not Contact.objects.exists()
    assert not mentions(contact, AINO) and "Aino" not in history_text(contact)


def test_unknown_addresses_erase_nothing(contact):
    for arguments in (["--contact", str(contact.pk + 1)], ["tuntematon@kivivuori.example"], []):
        with pytest.raises(CommandError):
            erase(*arguments)
    assert Contact.objects.exists()


# By those who keep the contact


def test_person_replaced_by_a_member_is_erased(contact, satu):
    at_satu = EditorClient(satu)
    page = at_satu.open(view_url("editing:contact", contact.pk))
    at_satu.send(page, "save", **BERTTA)
    assert not mentions(contact, AINO)
    assert mentions(contact, BERTTA) == [*BERTTA.values()]
    history = at_satu.open(view_url("history:record", "organisation", contact.organisation_id)).main.text
    assert "Aino" not in history and "(henkilötieto poistettu)" in history


def test_remaining_data_of_a_replaced_person_is_erased_when_changed(contact, satu):
    at_satu = EditorClient(satu)
    for step in BERTTA:
        at_satu.send(at_satu.open(view_url("editing:contact", contact.pk)), "save", **{step: BERTTA[step]})
    assert not mentions(contact, AINO)
    assert mentions(contact, BERTTA) == [*BERTTA.values()]


def test_new_phone_number_of_the_same_person_is_recorded(contact, satu):
    at_satu = EditorClient(satu)
    at_satu.send(at_satu.open(view_url("editing:contact", contact.pk)), "save", phone="040 333")
    assert mentions(contact, AINO) == [*AINO.values()]


def test_person_replaced_in_the_admin_is_erased(contact, kaisa_admin):
    row = {f"contacts-0-{field}": value for field, value in BERTTA.items()}
    assert kaisa_admin.change(contact.organisation, **row).errors == {}
    assert not mentions(contact, AINO)
    assert mentions(contact, BERTTA) == [*BERTTA.values()]


def test_person_removed_in_the_admin_is_erased_and_a_desk_can_be_restored(contact, kaisa_admin):
    office = cast.contact("Toimisto", contact.organisation, phone="09 111")
    kaisa_admin.change(contact.organisation, **{"contacts-0-DELETE": "on", "contacts-1-DELETE": "on"})
    assert not Contact.objects.exists()
    assert not mentions(contact, AINO)
    assert "09 111" in history_text(office)


@pytest.mark.parametrize("method", ["single", "bulk"])
def test_person_deleted_with_the_organisation_is_erased(contact, kaisa_admin, method):
    if method == "single":
        kaisa_admin.delete(contact.organisation)
    else:
        kaisa_admin.run_action("delete_selected", contact.organisation, post="yes")
    assert not Contact.objects.exists()
    assert not mentions(contact, AINO)


# The log of the desk


def test_admin_log_names_no_contact(kaisa_admin, kivivuori):
    values = {"title_fi": "Ohjaaja", "order": "0", "visibility": "public"}
    kaisa_admin.change(kivivuori, **formset_rows("contacts", values | AINO))
    kaisa_admin.change(kivivuori, **{"contacts-0-phone": "040 333"})
    kaisa_admin.change(kivivuori, **{"contacts-0-DELETE": "on"})
    entries = LogEntry.objects.all()
    assert len(entries) == 3
    with override("fi"):
        assert {entry.get_change_message() for entry in entries} == {"Muutettu yhteyshenkilöt."}


def test_admin_log_names_no_account(sirkka_admin, satu, kivivuori):
    sirkka_admin.change(satu, language="sv", **{"memberships-0-role": "editor"})
    sirkka_admin.change(kivivuori, **{"memberships-0-role": "admin"})
    sirkka_admin.delete(satu)
    log = " ".join(f"{entry} {entry.change_message}" for entry in LogEntry.objects.all())
    assert LogEntry.objects.count() == 3
    assert "Satu" not in log and "satu@" not in log


def test_names_in_old_log_entries_are_removed(sirkka, kivivuori):
    added = {"added": {"name": "contact", "object": "Aino Vanha, Ohjaaja"}}
    phone = {"changed": {"name": "phone number", "object": "09 1", "fields": ["Number"]}}
    message = [{"changed": {"fields": ["E-mail"]}}, added, {"deleted": added["added"]}, phone]
    LogEntry.objects.log_actions(sirkka.pk, [kivivuori], CHANGE, message)
    LogEntry.objects.log_actions(sirkka.pk, [sirkka], CHANGE, "")
    import_module("organisations.migrations.0006_log_without_names").without_names(apps, None)
    of_sirkka, of_kivivuori = LogEntry.objects.all()
    assert of_sirkka.object_repr == f"#{sirkka.pk}"
    messages = [part["changed"] for part in json.loads(of_kivivuori.change_message)]
    assert messages == [{"fields": ["E-mail"]}, {"fields": ["contacts"]}, phone["changed"]]
