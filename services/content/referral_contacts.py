"""Whom a professional contacts about a referral."""

from collections.abc import Iterable

from organisations.models import Contact
from organisations.models.contact import Purpose


def referral_contacts(contacts: Iterable[Contact], municipality: str = "") -> list[Contact]:
    """Return the contacts for referrals, or else the general ones; of a municipality by its code, or of all.

    A contact without municipalities covers them all. Never press contacts. The municipalities are prefetched.
    """
    usable = [
        contact
        for contact in contacts
        if Purpose.PRESS not in contact.purposes and (not municipality or _covers(contact, municipality))
    ]
    for_referrals = [contact for contact in usable if Purpose.REFERRALS in contact.purposes]
    return for_referrals or [contact for contact in usable if Purpose.GENERAL in contact.purposes]


def _covers(contact: Contact, municipality: str) -> bool:
    codes = [area.pk for area in contact.municipalities.all()]
    return not codes or municipality in codes
