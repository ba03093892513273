"""Whom a professional contacts about a referral."""

from collections.abc import Iterable

from organisations.models import Contact
from organisations.models.contact import Purpose
from services.models import Service


def referral_contacts(service: Service, contacts: Iterable[Contact], municipality: str = "") -> list[Contact]:
    """Return the contacts for referrals to a service, in a municipality by its code or in all.

    They are those that the service names, even if the reader may see none of them; else those of the organisation for
    referrals, else its general ones. A contact without municipalities covers them all. Never press contacts.
    `contacts` are those of the organisation that the reader may see. The municipalities and the contacts of the service
    are prefetched.
    """
    covering = [contact for contact in contacts if not municipality or _covers(contact, municipality)]
    if own := {contact.pk for contact in service.contacts.all()}:
        return [contact for contact in covering if contact.pk in own]
    usable = [contact for contact in covering if Purpose.PRESS not in contact.purposes]
    for_referrals = [contact for contact in usable if Purpose.REFERRALS in contact.purposes]
    return for_referrals or [contact for contact in usable if Purpose.GENERAL in contact.purposes]


def _covers(contact: Contact, municipality: str) -> bool:
    codes = [area.pk for area in contact.municipalities.all()]
    return not codes or municipality in codes
