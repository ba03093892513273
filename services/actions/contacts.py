"""Write, order and remove the contacts of an organisation."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from organisations.models import Contact, Organisation
from services.content.record_values import Values, raise_on_conflict, record_values
from services.models import Change
from services.models.change import RecordKind
from services.revisions.erase_contact import erase_contacts, erase_former_person

from .write_record import write_record


@transaction.atomic
def write_contact(
    *, organisation: Organisation, contact: Contact | None, values: Values, facts: Mapping, base: Mapping[str, str]
) -> Contact:
    """Update a contact, or append a new one if it is None.

    `base` are the digests of the values the editor started from. A replaced name is erased from the
    history. Raises EditConflict.
    """
    if contact is None:
        last = organisation.contacts.order_by("-order").values_list("order", flat=True).first()
        stored = Contact(organisation=organisation, order=0 if last is None else last + 1)
    else:
        stored = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
        raise_on_conflict(theirs=record_values(stored), mine=values, base=base)
    write_record(record=stored, facts=facts)
    erase_former_person(contact=stored)
    return stored


@transaction.atomic
def move_contact(*, contact: Contact, by: int) -> None:
    """Move a contact one position up (-1) or down (1) in the order in which readers see the contacts."""
    contacts = list(Contact.objects.select_for_update().filter(organisation=contact.organisation_id))
    old = contacts.index(contact)
    contacts.insert(max(old + by, 0), contacts.pop(old))
    for position, other in enumerate(contacts):
        if other.order != position:
            Contact.objects.filter(pk=other.pk).update(order=position)


@transaction.atomic
def remove_contact(*, contact: Contact) -> None:
    """Delete a contact. A person is erased from the history too; a desk can be restored from it."""
    changes = Change.objects.of(RecordKind.CONTACT, contact.pk)
    has_person = Q(before__name__regex=".") | Q(after__name__regex=".") | Q(erased=True)
    if contact.name or changes.filter(has_person).exists():
        erase_contacts(ids=[contact.pk])
    else:
        contact.delete()
