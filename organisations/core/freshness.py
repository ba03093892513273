"""How long a confirmation holds: when people are reminded, when a record is marked, and when it is put away."""

import calendar
import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils import timezone

# Months between confirmations by sector; a service may have its own. Companies change prices and places most often.
CONFIRMATION_MONTHS = {"county": 12, "municipality": 12, "ngo": 12, "parish": 12, "state": 12, "company": 6}
# No cycle is shorter, as no month is shorter than 28 days.
SHORTEST_CYCLE = dt.timedelta(days=28 * min(CONFIRMATION_MONTHS.values()))
# Before the day on which a confirmation is due: how early members are asked.
REMINDER_LEAD = dt.timedelta(days=30)
# After that day: until the record is marked, and until it is put away.
GRACE_PERIOD = dt.timedelta(days=90)
ARCHIVE_AFTER = dt.timedelta(days=365)
# How long before a service is put away its members and coordinators are told.
ARCHIVE_NOTICE = dt.timedelta(days=30)


class ReminderStage(models.IntegerChoices):
    """What mails are about: LAST, ARCHIVED and those from UNANSWERED on go to coordinators, all others to members."""

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
    """The day on which the next confirmation of a record is due, and what follows from it."""

    due: dt.date
    grace: dt.timedelta = GRACE_PERIOD

    @property
    def unconfirmed_from(self) -> dt.date:
        """From then on the record is marked and found later than others."""
        return self.due + self.grace

    @property
    def archived_from(self) -> dt.date:
        return self.due + ARCHIVE_AFTER

    def is_unconfirmed(self, today: dt.date) -> bool:
        return today >= self.unconfirmed_from

    def stage(self, today: dt.date) -> ReminderStage | None:
        """What members are to be reminded of; None long before."""
        reached = [stage for stage, since in _STAGE_OFFSETS.items() if today >= self.due + since]
        return max(reached, default=None)

    def is_archive_due(self, today: dt.date) -> bool:
        return today >= self.archived_from

    def is_archive_notice_due(self, today: dt.date) -> bool:
        return today >= self.archived_from - ARCHIVE_NOTICE


def confirmation_deadline(assured_at: dt.datetime | None, created_at: dt.datetime, months: int) -> ConfirmationDeadline:
    """A record that nobody ever confirmed was due when it was made, and is marked at once."""
    if assured_at is None:
        return ConfirmationDeadline(timezone.localtime(created_at).date(), grace=dt.timedelta(0))
    return ConfirmationDeadline(add_months(timezone.localtime(assured_at).date(), months))


def add_months(day: dt.date, months: int) -> dt.date:
    """The day so many months later (earlier where negative), or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
