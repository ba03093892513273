"""How long a confirmation is valid: when to remind, when to mark a record unconfirmed, and when to archive it."""

import calendar
import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils import timezone

# Months between confirmations by sector; a service may override it. Companies change prices and locations most often.
CONFIRMATION_MONTHS = {"county": 12, "municipality": 12, "ngo": 12, "parish": 12, "state": 12, "company": 6}
# Lower bound of every cycle: a month has at least 28 days.
SHORTEST_CYCLE = dt.timedelta(days=28 * min(CONFIRMATION_MONTHS.values()))
# How long before the due date members are reminded.
REMINDER_LEAD = dt.timedelta(days=30)
# How long after the due date a record is marked unconfirmed, and archived.
GRACE_PERIOD = dt.timedelta(days=90)
ARCHIVE_AFTER = dt.timedelta(days=365)
# How long before archiving members and coordinators are warned.
ARCHIVE_NOTICE = dt.timedelta(days=30)


class ReminderStage(models.IntegerChoices):
    """Subjects of mails. LAST, ARCHIVED and those from UNANSWERED on go to coordinators, the others to members."""

    BEFORE = 1, "before"
    DUE = 2, "due"
    AFTER = 3, "after"
    LAST = 4, "last"
    LEAVING = 5, "leaving"
    ARCHIVED = 6, "archived"
    REPORTED = 7, "reported"
    UNANSWERED = 8, "unanswered"
    CLAIMED = 9, "claimed"
    PROPOSED = 10, "proposed"
    READY = 11, "ready"


_STAGE_OFFSETS = {
    ReminderStage.BEFORE: -REMINDER_LEAD,
    ReminderStage.DUE: dt.timedelta(0),
    ReminderStage.AFTER: dt.timedelta(days=45),
}


@dataclass(frozen=True)
class ConfirmationDeadline:
    """The due date of the next confirmation of a record, and the dates that follow from it."""

    due: dt.date
    grace: dt.timedelta = GRACE_PERIOD

    @property
    def unconfirmed_from(self) -> dt.date:
        """The first day on which the record is marked unconfirmed and ranked lower."""
        return self.due + self.grace

    @property
    def archived_from(self) -> dt.date:
        return self.due + ARCHIVE_AFTER

    def is_unconfirmed(self, today: dt.date) -> bool:
        return today >= self.unconfirmed_from

    def stage(self, today: dt.date) -> ReminderStage | None:
        """The reminder stage reached today; None before the first one."""
        reached = [stage for stage, since in _STAGE_OFFSETS.items() if today >= self.due + since]
        return max(reached, default=None)

    def is_archive_due(self, today: dt.date) -> bool:
        return today >= self.archived_from

    def is_archive_notice_due(self, today: dt.date) -> bool:
        return today >= self.archived_from - ARCHIVE_NOTICE


def confirmation_deadline(assured_at: dt.datetime | None, created_at: dt.datetime, months: int) -> ConfirmationDeadline:
    """The deadline of a record. One never confirmed was due when created, and is unconfirmed at once."""
    if assured_at is None:
        return ConfirmationDeadline(timezone.localtime(created_at).date(), grace=dt.timedelta(0))
    return ConfirmationDeadline(add_months(timezone.localtime(assured_at).date(), months))


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day `months` later (earlier if negative), or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
