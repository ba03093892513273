"""A record's history as a list of moments, the latest first. A moment groups the changes of one operation."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import TypedDict

from django.db.models import Max, Min, Q, QuerySet
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.core.audit_context import ChangeSource
from organisations.models import Contact, User
from services.models import Change
from services.models.change import Operation, RecordKind
from services.revisions.change_text import ChangeLine, RecordNames, change_lines
from services.revisions.versions import VersionedRecord

PAGE_SIZE = 20
# A page reads at most this many changes: it ends before the moment that would exceed them; a longer one is cut.
MAX_CHANGES = 2000
COMMAND_PREFIX = "manage.py "
SOURCE_LABELS: dict[str, Promise] = {
    ChangeSource.DESK: gettext_lazy("at the coordinators' desk"),
    ChangeSource.FORM: gettext_lazy("with a form"),
    ChangeSource.MAIL: gettext_lazy("from a link in a mail"),
    ChangeSource.IMPORT: gettext_lazy("by an import"),
    ChangeSource.MERGE: gettext_lazy("by a merger"),
    ChangeSource.RESTORE: gettext_lazy("by bringing back a version"),
}
ACTION_LABELS = {
    "added": gettext_lazy("Added"),
    "removed": gettext_lazy("Deleted"),
    "confirmed": gettext_lazy("Confirmed"),
    "changed": gettext_lazy("Changed"),
    "published": gettext_lazy("Changed and confirmed"),
}


@dataclass(frozen=True)
class RecordChanges:
    """The changes of one record. `name` is set for related records only, such as contacts."""

    record: VersionedRecord
    action_label: str
    lines: list[ChangeLine]
    name: str = ""


@dataclass(frozen=True)
class TimelineEntry:
    """The changes of one moment: when, by whom and how they were made."""

    time: dt.datetime
    author: str
    source: str
    # Id of the resulting version; None if only related records changed.
    version: int | None
    records: list[RecordChanges]


class MomentRange(TypedDict):
    """A moment with the ids of its first and last change."""

    moment: int
    first: int
    last: int


class TimelinePage:
    """One page of a record's moments: those before the change with id `before`, or the latest."""

    def __init__(self, record: VersionedRecord, before: int | None = None):
        self.record, self.before = record, before

    @cached_property
    def _page(self) -> list[MomentRange]:
        """The moments of this page and the first one of the next."""
        moments = _timeline_changes(self.record).order_by().values("moment").annotate(first=Min("pk"), last=Max("pk"))
        if self.before is not None:
            moments = moments.filter(last__lt=self.before)
        return list(moments.order_by("-last")[: PAGE_SIZE + 1])

    @cached_property
    def _changes(self) -> list[Change]:
        """The latest changes of the page's moments, the oldest first; at most MAX_CHANGES."""
        page = self._page[:PAGE_SIZE]
        if not page:
            return []
        changes = _timeline_changes(self.record).filter(
            moment__in=[moment["moment"] for moment in page], pk__gte=min(moment["first"] for moment in page)
        )
        return list(changes.order_by("-pk")[:MAX_CHANGES])[::-1]

    @cached_property
    def _complete_moments(self) -> list[MomentRange]:
        """The moments whose changes were read completely; a first moment that is too long is included in part."""
        page = self._page[:PAGE_SIZE]
        if len(self._changes) < MAX_CHANGES:
            return page
        oldest = self._changes[0].pk
        return list(takewhile(lambda moment: moment["first"] >= oldest, page)) or page[:1]

    @property
    def next_before(self) -> int | None:
        """The `before` of the next page; None on the last page."""
        return self._complete_moments[-1]["last"] if len(self._page) > len(self._complete_moments) else None

    @cached_property
    def entries(self) -> list[TimelineEntry]:
        changes_by_moment: dict[int, list[Change]] = {moment["moment"]: [] for moment in self._complete_moments}
        changes = [change for change in self._changes if change.moment in changes_by_moment]
        self.record.complete(changes)
        for change in changes:
            changes_by_moment[change.moment].append(change)
        names = RecordNames(changes, (change.user for change in changes))
        return [self._build_entry(moment_changes, names) for moment_changes in changes_by_moment.values()]

    def _build_entry(self, changes: list[Change], names: RecordNames) -> TimelineEntry:
        last = changes[-1]
        return TimelineEntry(
            time=last.at,
            author=author_name(last, names),
            # The first change determines the source: a merger writes the record's own row before its parts.
            source=source_label(changes[0]),
            version=version_number(changes, self.record),
            records=list(self._record_changes(changes, names)),
        )

    def _record_changes(self, changes: list[Change], names: RecordNames) -> Iterator[RecordChanges]:
        """The changes by record. Records without a visible change are left out, unless added, removed or confirmed."""
        for record in dict.fromkeys(VersionedRecord(change.kind, change.record) for change in changes):
            record_changes = _changes_of(record, changes)
            action, lines = _action(record_changes, record), change_lines(record_changes, names)
            if lines or action not in ("changed", "published"):
                label = capfirst(record.main.model._meta.verbose_name)
                name = "" if record == self.record else f"{label}: {names.of(Contact, record.pk)}"
                yield RecordChanges(record, str(ACTION_LABELS[action]), lines, name)


def version_choices(record: VersionedRecord, limit: int = 100) -> list[tuple[int, dt.datetime]]:
    """The latest versions as (number, time), short enough for a list of choices on an enlarged page."""
    by_moment = record.changes.order_by().values("moment").annotate(last=Max("pk"), time=Max("at"))
    return [(moment["last"], moment["time"]) for moment in by_moment.order_by("-last")[:limit]]


def author_name(change: Change, names: RecordNames) -> str:
    """The name of the author; "" for changes by commands."""
    if change.user is None:
        return ""
    return names.of(User, change.user)


def source_label(change: Change) -> str:
    if change.through in SOURCE_LABELS:
        return str(SOURCE_LABELS[change.through])
    if change.program.startswith(COMMAND_PREFIX):
        return _("by the command %(name)s") % {"name": change.program.removeprefix(COMMAND_PREFIX)}
    return _("directly in the database")


def version_number(changes: list[Change], record: VersionedRecord) -> int | None:
    """The number of the version after the changes; for a deletion, of the deleted version."""
    record_changes = _changes_of(record, changes)
    if not record_changes:
        return None
    is_deletion = _action(record_changes, record) == "removed"
    return record_changes[0].pk - 1 if is_deletion else record_changes[-1].pk


def _changes_of(record: VersionedRecord, changes: list[Change]) -> list[Change]:
    return [change for change in changes if (change.kind, change.record) == (record.kind, record.pk)]


def _action(changes: list[Change], record: VersionedRecord) -> str:
    main = [change for change in changes if change.part == record.main.table]
    operations = {change.operation for change in main}
    for operation in (Operation.REMOVED, Operation.ADDED):
        if operation in operations:
            return operation.value
    if changes == main and all(change.is_confirmation_only for change in main):
        return "confirmed"
    return "published" if any("assured_at" in (change.after or {}) for change in main) else "changed"


def _timeline_changes(record: VersionedRecord) -> QuerySet[Change]:
    """The record's changes; for an organisation also those of its contacts, which have no history page."""
    condition = Q(kind=record.kind, record=record.pk)
    if record.kind == RecordKind.ORGANISATION:
        contacts = Change.objects.filter(organisation=record.pk, kind=RecordKind.CONTACT)
        condition |= Q(kind=RecordKind.CONTACT, record__in=contacts.values("record"))
    return Change.objects.filter(condition)
