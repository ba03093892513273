"""Forget a person whose contact details were in the directory, in its history too."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Q

from organisations.models import Contact
from services.models import Change
from services.models.change import Kind

PERSONAL = ("name", "email", "phone")
ERASE = """
UPDATE services_change SET
  before = before || (
    SELECT coalesce(jsonb_object_agg(key, ''), '{}') FROM jsonb_each(before) WHERE key = ANY(%(keys)s)
  ),
  after = after || (
    SELECT coalesce(jsonb_object_agg(key, ''), '{}') FROM jsonb_each(after) WHERE key = ANY(%(keys)s)
  ),
  erased = true
WHERE kind = %(kind)s AND record = ANY(%(contacts)s) AND part = %(table)s
"""


@transaction.atomic
def erase_contact(*, email: str) -> int:
    """Delete the contacts that have or ever had this e-mail address, and their personal details from the history.

    Returns how many contacts were found. That they were there, and what they were for, stays in the history.
    """
    found = set(Contact.objects.filter(email__iexact=email).values_list("pk", flat=True))
    ever = Q(before__email__iexact=email) | Q(after__email__iexact=email)
    found |= set(Change.objects.filter(ever, part=Contact._meta.db_table).values_list("row", flat=True))
    erase_contacts(ids=found)
    return len(found)


@transaction.atomic
def erase_contacts(*, ids: Iterable[int]) -> None:
    """Delete contacts by their numbers, and their personal details from the history."""
    found = list(ids)
    Contact.objects.filter(pk__in=found).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            ERASE, {"keys": [*PERSONAL], "kind": Kind.CONTACT, "contacts": found, "table": Contact._meta.db_table}
        )
