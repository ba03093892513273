"""Erase the contact details of a person, in the history too.

A contact may describe several people in succession. The history of its row is read as spans, in which its name, e-mail
address or phone number had one value. A span is delimited by the ids of the changes that began and ended it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q

from organisations.models import Contact
from services.models import Change
from services.models.change import RecordKind

PERSONAL_FIELDS = ("name", "email", "phone")
ERASE_SQL = """
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
WHOLE_HISTORY = -1, 2**63  # before the first change, and after the last


@dataclass(frozen=True)
class ErasureTotals:
    """The number of erased contacts, and the contacts that now describe others, of which only history was erased."""

    count: int
    others: list[Contact]


@dataclass(frozen=True)
class ValueSpan:
    """A span in which a contact had a value; `began` and `ended` are ids of changes."""

    key: str
    value: str
    began: int
    ended: int

    def overlaps(self, other: "ValueSpan") -> bool:
        return self.began < other.ended and other.began < self.ended


@transaction.atomic
def erase_contact(*, email: str) -> ErasureTotals:
    """Delete the contacts that have this e-mail address, and their personal details from the history.

    If a contact has another address now, only the history of the time with this address is erased. The existence and
    purpose of contacts stay in the history.
    """
    has = set(Contact.objects.filter(email__iexact=email).values_list("pk", flat=True))
    ever = Q(before__email__iexact=email) | Q(after__email__iexact=email)
    had = set(Change.objects.filter(ever, part=Contact._meta.db_table).values_list("row", flat=True)) - has
    others = list(Contact.objects.filter(pk__in=had).select_related("organisation"))
    erase_contacts(ids=has | had - {contact.pk for contact in others})
    for contact in others:
        _erase_spans(contact, lambda span: span.key == "email" and span.value.lower() == email.lower())
    return ErasureTotals(len(has | had), others)


@transaction.atomic
def erase_contacts(*, ids: Iterable[int]) -> int:
    """Delete contacts by their ids, and their personal details from the history.

    Returns how many of them exist or existed.
    """
    asked = list(ids)
    found = set(Contact.objects.filter(pk__in=asked).values_list("pk", flat=True))
    found |= set(Change.objects.filter(kind=RecordKind.CONTACT, record__in=asked).values_list("record", flat=True))
    Contact.objects.filter(pk__in=asked).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            ERASE_SQL,
            {
                "keys": [*PERSONAL_FIELDS],
                "kind": RecordKind.CONTACT,
                "contacts": asked,
                "table": Contact._meta.db_table,
            },
        )
    return len(found)


@transaction.atomic
def erase_former_person(*, contact: Contact) -> None:
    """Erase the people from the history whom the contact named before the last change of its name.

    To be called after each change of a contact: what it still had of the former person goes when it is replaced.
    """
    changes = _contact_changes(contact)
    replaced = max((number for number, change in changes.items() if _replaces_name(change)), default=None)
    if replaced is not None:
        _blank_values(changes, [span for span in _spans(contact, changes) if span.began < replaced])


def _replaces_name(change: Change) -> bool:
    # An erased name was a name.
    before = change.before or {}
    return "name" in before and (before["name"] != "" or change.erased)


def _erase_spans(contact: Contact, is_theirs: Callable[[ValueSpan], bool]) -> None:
    """Erase all values of the contact that overlap a span of this person from the history."""
    changes = _contact_changes(contact)
    spans = list(_spans(contact, changes))
    times = [span for span in spans if is_theirs(span)]
    _blank_values(changes, [span for span in spans if any(span.overlaps(time) for time in times)])


def _contact_changes(contact: Contact) -> dict[int, Change]:
    changes = Change.objects.of(RecordKind.CONTACT, contact.pk).filter(part=Contact._meta.db_table)
    return {change.pk: change for change in changes.order_by("pk")}


def _spans(contact: Contact, changes: dict[int, Change]) -> Iterator[ValueSpan]:
    first, last = WHOLE_HISTORY
    for key in PERSONAL_FIELDS:
        began = first
        for number, change in changes.items():
            if change.before and key in change.before:
                yield ValueSpan(key, change.before[key], began, number)
            if key in (change.after or {}):
                began = number
        yield ValueSpan(key, getattr(contact, key), began, last)


def _blank_values(changes: dict[int, Change], spans: Iterable[ValueSpan]) -> None:
    touched: set[int] = set()
    for span in spans:
        for number, side in ((span.began, "after"), (span.ended, "before")):
            if number in changes and getattr(changes[number], side)[span.key]:
                getattr(changes[number], side)[span.key] = ""
                touched.add(number)
    for number in touched:
        changes[number].erased = True
    Change.objects.bulk_update([changes[number] for number in touched], ["before", "after", "erased"])
