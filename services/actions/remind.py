"""Remind members of what waits for a confirmation, tell them of reports, and coordinators of what nobody answered."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from smtplib import SMTPException

from django.db.models import Max, Min
from django.utils import timezone

from organisations.freshness import NOTICE, Stage
from organisations.models import Membership, Organisation, User
from organisations.permissions import coordinators_of
from services.models import MistakeReport, Reminder, Service

from .alone import alone
from .confirm import archive_services
from .due import Due, all_waiting, nearly_archived
from .links import token_for
from .mails import Mail, link

logger = logging.getLogger(__name__)

# Nobody gets two reminders of one organisation within so many days: what becomes due meanwhile waits for the next.
# Only the last warning, a month before services leave the search, waits for nothing.
PAUSE = dt.timedelta(days=14)
_LOCK = 0x72656D696E64


@dataclass
class Sent:
    """How many mails went out (or would), how many could not be sent, and how many services were put away."""

    reminders: int = 0
    reports: int = 0
    coordinators: int = 0
    archived: int = 0
    failed: int = 0


def remind(*, now: dt.datetime, today: dt.date, dry_run: bool = False) -> Sent:
    """Send every mail that is due and put away what nobody confirmed; with `dry_run` only count.

    Every mail is noted before it is sent, and the note is taken back where sending fails: none goes out twice, and
    the next run tries again. Raises AlreadyRunning.
    """
    with alone(_LOCK):
        run = _Run(now, today, dry_run)
        run.archive()
        run.remind_members()
        run.pass_on_reports()
        run.tell_coordinators()
        return run.sent


class _Run:
    def __init__(self, now: dt.datetime, today: dt.date, dry_run: bool):
        self.now, self.today, self.dry_run = now, today, dry_run
        self.sent = Sent()

    def remind_members(self) -> None:
        self.leaving = self._leaving()
        members: dict[int, list[Membership]] = defaultdict(list)
        for membership in Membership.objects.filter(user__is_active=True).select_related("user").order_by("pk"):
            members[membership.organisation_id].append(membership)
        for due in all_waiting(self.today):
            for membership in members[due.organisation.pk]:
                notes = self._news(membership.user, due)
                if notes:
                    facts = {
                        "due": due,
                        "leaving": [(one, self.leaving[one.pk]) for one in due.services if one.pk in self.leaving],
                        "address": link(membership.user, "keeping:keep", token_for(membership)),
                    }
                    mail = Mail(membership.user, "reminder", facts)
                    self.sent.reminders += self._post([mail], *_reminders(notes))

    def _news(self, user: User, due: Due) -> list[Reminder]:
        """Notes of all that is due; none where the user knows of all of it, or has just had a mail."""
        known = Reminder.objects.filter(user=user, organisation=due.organisation).exclude(stage=Stage.LAST)
        told = set(known.values_list("service", "due", "stage"))
        notes = [_note(user, record, self._stage(record)) for record in due.records]
        news = [note for note in notes if (note.service_id, note.due, note.stage) not in told]
        last = known.aggregate(last=Max("sent_at"))["last"]
        if last and last > self.now - PAUSE and all(note.stage != Stage.LEAVING for note in news):
            return []
        return news

    def _stage(self, record: Organisation | Service) -> Stage | None:
        is_leaving = isinstance(record, Service) and record.pk in self.leaving
        return Stage.LEAVING if is_leaving else record.term.stage(self.today)

    def _leaving(self) -> dict[int, dt.date]:
        """The day from which each service that is about to be put away is gone, unless somebody confirms it."""
        told = Reminder.objects.filter(stage=Stage.LAST).values_list("service", "due").annotate(first=Min("sent_at"))
        first = {(service, due): sent_at for service, due, sent_at in told}
        return {
            service.pk: max(
                service.term.archived_from,
                timezone.localdate(first.get((service.pk, service.term.due), self.now) + NOTICE),
            )
            for service in nearly_archived(self.today)
        }

    def pass_on_reports(self) -> None:
        """Tell members of what readers reported."""
        new = MistakeReport.objects.open().filter(members_told_at=None)
        for organisation, reports in _by_organisation(new):
            mails = [
                Mail(
                    membership.user,
                    "reports",
                    {
                        "organisation": organisation,
                        "reports": reports,
                        "address": link(membership.user, "keeping:keep", token_for(membership)),
                    },
                )
                for membership in organisation.memberships.filter(user__is_active=True).select_related("user")
            ]
            self.sent.reports += self._post(mails, *_told(reports, "members_told_at", self.now))

    def archive(self) -> None:
        """Put away what coordinators were told of in time, and what nobody has confirmed since."""
        told = set(
            Reminder.objects.filter(stage=Stage.LAST, sent_at__lte=self.now - NOTICE).values_list("service", "due")
        )
        self.archived = [
            service
            for service in nearly_archived(self.today)
            if (service.pk, service.term.due) in told and self.today >= service.term.archived_from
        ]
        if not self.dry_run:
            archive_services(services=[service.pk for service in self.archived])
        self.sent.archived = len(self.archived)

    def tell_coordinators(self) -> None:
        """One mail each, with what will be put away, what was, and reports that nobody answered."""
        told = set(Reminder.objects.filter(stage=Stage.LAST).values_list("user", "service", "due"))
        late = MistakeReport.objects.left_to_coordinators(self.now).filter(coordinators_told_at=None)
        news: dict[User, dict[str, list]] = defaultdict(lambda: {"leaving": [], "archived": [], "reports": []})
        coordinators = _Coordinators()
        for service in nearly_archived(self.today):
            for user in coordinators.of(service.organisation):
                if (user.pk, service.pk, service.term.due) not in told:
                    news[user]["leaving"].append(service)
        for service in self.archived:
            for user in coordinators.of(service.organisation):
                news[user]["archived"].append(service)
        for organisation, reports in _by_organisation(late):
            for user in coordinators.of(organisation):
                news[user]["reports"] += reports
        for user, found in sorted(news.items(), key=lambda item: item[0].pk):
            notes = [_note(user, service, Stage.LAST) for service in found["leaving"]]
            mail = Mail(user, "coordinator", found | {"address": link(user, "admin:index")})
            keep, take_back = _reminders(notes)
            if self._post([mail], keep, take_back):
                self.sent.coordinators += 1
                if not self.dry_run:
                    _told(found["reports"], "coordinators_told_at", self.now)[0]()

    def _post(self, mails: list[Mail], keep: Callable[[], None], take_back: Callable[[], None]) -> int:
        """How many of the mails were sent; where none was, it is as if they had never been written."""
        if self.dry_run:
            return len(mails)
        keep()
        sent = 0
        for mail in mails:
            try:
                mail.send()
                sent += 1
            except (SMTPException, OSError) as problem:
                # Its own words would name the address.
                logger.warning("A mail was not sent: %s", type(problem).__name__)
                self.sent.failed += 1
        if not sent:
            take_back()
        return sent


class _Coordinators:
    """Asked once for each organisation."""

    def __init__(self):
        self._known: dict[int, list[User]] = {}

    def of(self, organisation: Organisation) -> list[User]:
        if organisation.pk not in self._known:
            self._known[organisation.pk] = coordinators_of([organisation.pk])[organisation.pk]
        return self._known[organisation.pk]


def _note(user: User, record: Organisation | Service, stage: Stage) -> Reminder:
    service = record if isinstance(record, Service) else None
    organisation = service.organisation if service else record
    return Reminder(user=user, organisation=organisation, service=service, due=record.term.due, stage=stage)


def _reminders(notes: list[Reminder]) -> tuple[Callable[[], None], Callable[[], None]]:
    return (
        lambda: Reminder.objects.bulk_create(notes),
        lambda: Reminder.objects.filter(pk__in=[note.pk for note in notes]).delete(),
    )


def _told(reports: list[MistakeReport], column: str, now: dt.datetime) -> tuple[Callable[[], None], Callable[[], None]]:
    chosen = MistakeReport.objects.filter(pk__in=[report.pk for report in reports])
    return lambda: chosen.update(**{column: now}), lambda: chosen.update(**{column: None})


def _by_organisation(reports) -> Iterable[tuple[Organisation, list[MistakeReport]]]:
    found: dict[Organisation, list[MistakeReport]] = defaultdict(list)
    for report in reports.select_related("organisation", "service").order_by("organisation", "created_at", "pk"):
        found[report.organisation].append(report)
    return found.items()
