"""Organisations, the people who maintain their information, and areas."""

from .area import Municipality, WellbeingCounty
from .base import Area, ExternalReference, PhoneNumber, Stewarded
from .claim import Claim
from .contact import Contact
from .invitation import Invitation
from .membership import Membership
from .organisation import Organisation, OrganisationPhone, OrganisationReference
from .user import User

__all__ = [
    "Area",
    "Claim",
    "Contact",
    "ExternalReference",
    "Invitation",
    "Membership",
    "Municipality",
    "Organisation",
    "OrganisationPhone",
    "OrganisationReference",
    "PhoneNumber",
    "Stewarded",
    "User",
    "WellbeingCounty",
]
