"""A record's history as a list of moments, the latest first."""

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
# More changes are not read for one page: it ends before the moment that would exceed them. A longer moment is cut.
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
    """What changed in one record; a record that only belongs to the one whose history it is has a name."""

    record: VersionedRecord
    what: str
    lines: list[ChangeLine]
    name: str = ""


@dataclass(frozen=True)
class TimelineEntry:
    at: dt.datetime
    who: str
    through: str
    # After which the record was so; None where nothing of the record itself changed.
    version: int | None
    blocks: list[RecordChanges]


class TimelinePage:
    """One page of a record's moments: those before the change `before`, or the latest."""

    def __init__(self, record: VersionedRecord, before: int | None = None):
        self.record, self.before = record, before

    @cached_property
    def _page(self) -> list[dict]:
        found = _timeline_changes(self.record).order_by().values("moment").annotate(first=Min("pk"), last=Max("pk"))
        if self.before is not None:
            found = found.filter(last__lt=self.before)
        return list(found.order_by("-last")[: PAGE_SIZE + 1])

    @cached_property
    def _changes(self) -> list[Change]:
        """The latest changes of the page's moments, the oldest first; at most MOST."""
        page = self._page[:PAGE_SIZE]
        if not page:
            return []
        changes = _timeline_changes(self.record).filter(
            moment__in=[moment["moment"] for moment in page], pk__gte=min(moment["first"] for moment in page)
        )
        return list(changes.order_by("-pk")[:MAX_CHANGES])[::-1]

    @cached_property
    def _whole(self) -> list[dict]:
        """The page's moments as far as their changes were read; the first one in part where it alone is too long."""
        page = self._page[:PAGE_SIZE]
        if len(self._changes) < MAX_CHANGES:
            return page
        oldest = self._changes[0].pk
        return list(takewhile(lambda moment: moment["first"] >= oldest, page)) or page[:1]

    @property
    def older(self) -> int | None:
        """With which `before` the next page begins."""
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
            own = [change for change in changes if (change.kind, change.record) == (record.kind, record.pk)]
            block = RecordChanges(
                record,
                str(ACTION_LABELS[_action(own, record)]),
                change_lines(own, names),
                ""
                if record == self.record
                else f"{capfirst(record.main.model._meta.verbose_name)}: {names.of(Contact, record.pk)}",
            )
            if block.lines or _action(own, record) not in ("changed", "published"):
                blocks.append(block)
        last = changes[-1]
        # Of a merger the record's own row tells, which is written before its parts.
        return TimelineEntry(
            last.at, author_name(last, names), source_label(changes[0]), version_number(changes, self.record), blocks
        )


def version_choices(record: VersionedRecord, most: int = 100) -> list[tuple[int, dt.datetime, str]]:
    """The latest versions, to choose one from: its number, when it came to be, and by whom."""
    by_moment = record.changes.order_by().values("moment").annotate(last=Max("pk"), at=Max("at"), by=Max("user"))
    found = list(by_moment.order_by("-last")[:most])
    names = RecordNames([], (moment["by"] for moment in found))
    return [(moment["last"], moment["at"], names.of(User, moment["by"]) if moment["by"] else "") for moment in found]


def author_name(change: Change, names: RecordNames) -> str:
    """Whose doing it was; nobody's where a command did it."""
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
    """The number of the version that the changes made; of a deletion, of the one that was deleted."""
    own = [change.pk for change in changes if (change.kind, change.record) == (record.kind, record.pk)]
    if not own:
        return None
    return own[0] - 1 if _action([c for c in changes if c.pk in own], record) == "removed" else own[-1]


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
    """Its own changes; of an organisation also those of its contacts, which have no pages of their own."""
    mine = Q(kind=record.kind, record=record.pk)
    if record.kind == RecordKind.ORGANISATION:
        contacts = Change.objects.filter(organisation=record.pk, kind=RecordKind.CONTACT)
        mine |= Q(kind=RecordKind.CONTACT, record__in=contacts.values("record"))
    return Change.objects.filter(mine)
