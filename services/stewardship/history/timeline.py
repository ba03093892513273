"""A record's history as a list of moments, the latest first."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Min, Q
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.core.audit_context import Through
from organisations.models import Contact, User
from services.models import Change
from services.models.change import Kind, Operation
from services.revisions.change_text import Line, Names, lines
from services.revisions.versions import Record

PAGE = 20
# More of one page's changes are not read: an import that moved a thousand tags is told in part.
MOST = 2000
COMMAND = "manage.py "
THROUGH = {
    Through.DESK: gettext_lazy("at the coordinators' desk"),
    Through.FORM: gettext_lazy("with a form"),
    Through.MAIL: gettext_lazy("from a link in a mail"),
    Through.IMPORT: gettext_lazy("by an import"),
    Through.MERGE: gettext_lazy("by a merger"),
    Through.RESTORE: gettext_lazy("by bringing back a version"),
}
WHAT = {
    "added": gettext_lazy("Added"),
    "removed": gettext_lazy("Deleted"),
    "confirmed": gettext_lazy("Confirmed"),
    "changed": gettext_lazy("Changed"),
    "published": gettext_lazy("Changed and confirmed"),
}


@dataclass(frozen=True)
class Block:
    """What changed in one record; a record that only belongs to the one whose history it is has a name."""

    record: Record
    what: str
    lines: list[Line]
    name: str = ""


@dataclass(frozen=True)
class Moment:
    at: dt.datetime
    who: str
    through: str
    # After which the record was so; None where nothing of the record itself changed.
    version: int | None
    blocks: list[Block]


class History:
    """One page of a record's moments: those before the change `before`, or the latest."""

    def __init__(self, record: Record, before: int | None = None):
        self.record, self.before = record, before

    @cached_property
    def _page(self) -> list[dict]:
        found = _changes_in(self.record).order_by().values("moment").annotate(first=Min("pk"), last=Max("pk"))
        if self.before is not None:
            found = found.filter(last__lt=self.before)
        return list(found.order_by("-last")[: PAGE + 1])

    @property
    def older(self) -> int | None:
        """With which `before` the next page begins."""
        return self._page[PAGE - 1]["last"] if len(self._page) > PAGE else None

    @cached_property
    def moments(self) -> list[Moment]:
        page = self._page[:PAGE]
        if not page:
            return []
        found = _changes_in(self.record).filter(
            moment__in=[moment["moment"] for moment in page], pk__gte=page[-1]["first"]
        )
        changes = list(found.order_by("-pk")[:MOST])[::-1]
        self.record.complete(changes)
        names = Names(changes, (change.user for change in changes))
        return [self._told([c for c in changes if c.moment == moment["moment"]], names) for moment in page]

    def _told(self, changes: list[Change], names: Names) -> Moment:
        blocks = []
        for record in dict.fromkeys(Record(change.kind, change.record) for change in changes):
            own = [change for change in changes if (change.kind, change.record) == (record.kind, record.pk)]
            block = Block(
                record,
                str(WHAT[_what(own, record)]),
                lines(own, names),
                ""
                if record == self.record
                else f"{capfirst(record.main.model._meta.verbose_name)}: {names.of(Contact, record.pk)}",
            )
            if block.lines or _what(own, record) not in ("changed", "published"):
                blocks.append(block)
        last = changes[-1]
        # Of a merger the record's own row tells, which is written before its parts.
        return Moment(last.at, who(last, names), through(changes[0]), version(changes, self.record), blocks)


def versions(record: Record, most: int = 100) -> list[tuple[int, dt.datetime, str]]:
    """The latest versions, to choose one from: its number, when it came to be, and by whom."""
    by_moment = record.changes.order_by().values("moment").annotate(last=Max("pk"), at=Max("at"), by=Max("user"))
    found = list(by_moment.order_by("-last")[:most])
    names = Names([], (moment["by"] for moment in found))
    return [(moment["last"], moment["at"], names.of(User, moment["by"]) if moment["by"] else "") for moment in found]


def who(change: Change, names: Names) -> str:
    """Whose doing it was; nobody's where a command did it."""
    if change.user is None:
        return ""
    return names.of(User, change.user)


def through(change: Change) -> str:
    if change.through in THROUGH:
        return str(THROUGH[change.through])
    if change.program.startswith(COMMAND):
        return _("by the command %(name)s") % {"name": change.program.removeprefix(COMMAND)}
    return _("directly in the database")


def version(changes: list[Change], record: Record) -> int | None:
    """The number of the version that the changes made; of a deletion, of the one that was deleted."""
    own = [change.pk for change in changes if (change.kind, change.record) == (record.kind, record.pk)]
    if not own:
        return None
    return own[0] - 1 if _what([c for c in changes if c.pk in own], record) == "removed" else own[-1]


def _what(changes: list[Change], record: Record) -> str:
    main = [change for change in changes if change.part == record.main.table]
    operations = {change.operation for change in main}
    for operation in (Operation.REMOVED, Operation.ADDED):
        if operation in operations:
            return operation.value
    if changes == main and all(change.only_confirms for change in main):
        return "confirmed"
    return "published" if any("assured_at" in change.after for change in main) else "changed"


def _changes_in(record: Record):
    """Its own changes; of an organisation also those of its contacts, which have no pages of their own."""
    mine = Q(kind=record.kind, record=record.pk)
    if record.kind == Kind.ORGANISATION:
        contacts = Change.objects.filter(organisation=record.pk, kind=Kind.CONTACT)
        mine |= Q(kind=Kind.CONTACT, record__in=contacts.values("record"))
    return Change.objects.filter(mine)
