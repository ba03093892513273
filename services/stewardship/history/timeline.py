"""A record's history as a list of moments, the latest first. A moment groups the changes of one operation."""

import datetime as dt
from dataclasses import dataclass
from itertools import takewhile

from django.db.models import Max, Min, Q
from django.utils.functional import cached_property
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
SOURCE_LABELS = {
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
    what: str
    lines: list[ChangeLine]
    name: str = ""


@dataclass(frozen=True)
class TimelineEntry:
    at: dt.datetime
    who: str
    through: str
    # Id of the resulting version; None if only related records changed.
    version: int | None
    blocks: list[RecordChanges]


class TimelinePage:
    """One page of a record's moments: those before the change with id `before`, or the latest."""

    def __init__(self, record: VersionedRecord, before: int | None = None):
        self.record, self.before = record, before

    @cached_property
    def _page(self) -> list[dict]:
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
    def _whole(self) -> list[dict]:
        """The moments whose changes were read completely; a first moment that is too long is included in part."""
        page = self._page[:PAGE_SIZE]
        if len(self._changes) < MAX_CHANGES:
            return page
        oldest = self._changes[0].pk
        return list(takewhile(lambda moment: moment["first"] >= oldest, page)) or page[:1]

    @property
    def older(self) -> int | None:
        """The `before` of the next page; None on the last page."""
        return self._whole[-1]["last"] if len(self._page) > len(self._whole) else None

    @cached_property
    def moments(self) -> list[TimelineEntry]:
        shown = {moment["moment"] for moment in self._whole}
        changes = [change for change in self._changes if change.moment in shown]
        self.record.complete(changes)
        names = RecordNames(changes, (change.user for change in changes))
        return [self._told([c for c in changes if c.moment == moment["moment"]], names) for moment in self._whole]

    def _told(self, changes: list[Change], names: RecordNames) -> TimelineEntry:
        blocks = []
        for record in dict.fromkeys(VersionedRecord(change.kind, change.record) for change in changes):
            record_changes = [change for change in changes if (change.kind, change.record) == (record.kind, record.pk)]
            block = RecordChanges(
                record,
                str(ACTION_LABELS[_action(record_changes, record)]),
                change_lines(record_changes, names),
                ""
                if record == self.record
                else f"{capfirst(record.main.model._meta.verbose_name)}: {names.of(Contact, record.pk)}",
            )
            if block.lines or _action(record_changes, record) not in ("changed", "published"):
                blocks.append(block)
        last = changes[-1]
        # The first change determines the source: a merger writes the record's own row before its parts.
        return TimelineEntry(
            last.at, author_name(last, names), source_label(changes[0]), version_number(changes, self.record), blocks
        )


def version_choices(record: VersionedRecord, most: int = 100) -> list[tuple[int, dt.datetime]]:
    """The latest versions as (number, time), short enough for a list of choices on an enlarged page."""
    by_moment = record.changes.order_by().values("moment").annotate(last=Max("pk"), at=Max("at"))
    return [(moment["last"], moment["at"]) for moment in by_moment.order_by("-last")[:most]]


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
    ids = [change.pk for change in changes if (change.kind, change.record) == (record.kind, record.pk)]
    if not ids:
        return None
    return ids[0] - 1 if _action([c for c in changes if c.pk in ids], record) == "removed" else ids[-1]


def _action(changes: list[Change], record: VersionedRecord) -> str:
    main = [change for change in changes if change.part == record.main.table]
    operations = {change.operation for change in main}
    for operation in (Operation.REMOVED, Operation.ADDED):
        if operation in operations:
            return operation.value
    if changes == main and all(change.is_confirmation_only for change in main):
        return "confirmed"
    return "published" if any("assured_at" in change.after for change in main) else "changed"


def _timeline_changes(record: VersionedRecord):
    """The record's changes; for an organisation also those of its contacts, which have no history page."""
    condition = Q(kind=record.kind, record=record.pk)
    if record.kind == RecordKind.ORGANISATION:
        contacts = Change.objects.filter(organisation=record.pk, kind=RecordKind.CONTACT)
        condition |= Q(kind=RecordKind.CONTACT, record__in=contacts.values("record"))
    return Change.objects.filter(condition)
