"""A person is forgotten in the history too, and nobody else. Aino kept the contact first, Bertta after her."""

import pytest
from django.core.management import CommandError, call_command

from organisations.models import Contact
from services.models import Change
from tests import cast

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
