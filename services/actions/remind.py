"""Remind members of what waits for a confirmation, tell them of reports, and coordinators of what nobody answered."""

import datetime as dt
import logging
import traceback
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from django.db import connection, transaction
from django.db.models import Min, Q
from django.utils import timezone

from organisations.core.freshness import ARCHIVE_NOTICE, ReminderStage
from organisations.models import Claim, Membership, Organisation, User
from organisations.permissions import coordinators_of
from services.content.due_confirmations import all_due, long_unconfirmed, services_to_be_archived
from services.models import CategoryProposal, MistakeReport, Reminder, Service
from services.models.draft import display_name
from services.models.mistake_report import MistakeReportQuerySet

from .confirm import archive_services
from .confirm_tokens import confirm_token
from .locks import exclusive_lock
from .mails import TemplateMail, absolute_link

logger = logging.getLogger(__name__)

# What a mail tells of.
NoticeSubject = Organisation | Service | MistakeReport | Claim | CategoryProposal

# Nobody gets two reminders of one organisation within so many days: what becomes due meanwhile waits for the next.
# Only the last warning, a month before services leave the search, waits for nothing.
MAIL_PAUSE = dt.timedelta(days=14)
# For so long coordinators are told of a service that was put away, should a mail not get through.
ARCHIVED_NEWS_PERIOD = dt.timedelta(days=30)
_MEMBER_STAGES = (ReminderStage.BEFORE, ReminderStage.DUE, ReminderStage.AFTER, ReminderStage.LEAVING)
# By which notes are told apart.
_NOTICE_KEY_FIELDS = ("user_id", "organisation_id", "service_id", "report_id", "due", "stage")
_notice_key = attrgetter(*_NOTICE_KEY_FIELDS)
_LOCK_ID = 0x72656D696E64


@dataclass
class RemindTotals:
    """How many mails went out (or would), how many could not be sent, and how many services were put away."""

    reminders: int = 0
    reports: int = 0
    coordinators: int = 0
    archived: int = 0
    failed: int = 0


def remind(*, now: dt.datetime, today: dt.date, dry_run: bool = False) -> RemindTotals:
    """Send every mail that is due and put away what nobody confirmed; with `dry_run` only count.

    What a mail tells is noted in the transaction that sends it. A mail that fails is as if nobody had thought of it: it
    stops no other, and the next run sends it if it is still due. Only where the mail server took a mail, but its answer
    or the end of the transaction is lost, does that mail go out again. Raises AlreadyRunning.
    """
    with exclusive_lock(_LOCK_ID):
        run = _RemindRun(now, today, dry_run)
        run.archive()
        run.remind_members()
        run.send_reports()
        run.mail_coordinators()
        return run.sent


class _RemindRun:
    def __init__(self, now: dt.datetime, today: dt.date, dry_run: bool):
        self.now, self.today, self.dry_run = now, today, dry_run
        self.sent = RemindTotals()
        self.late = services_to_be_archived(today)
        self.archive_dates = self._archive_dates()

    def _archive_dates(self) -> dict[int, dt.date]:
        """The day on which each service that is about to be put away is, unless somebody confirms it: none before
        coordinators have known of it for long enough."""
        told = Reminder.objects.filter(stage=ReminderStage.LAST, service__in=[service.pk for service in self.late])
        first = {(pk, due): at for pk, due, at in told.values_list("service", "due").annotate(Min("sent_at"))}
        return {
            service.pk: max(
                service.term.archived_from,
                timezone.localdate(first.get((service.pk, service.term.due), self.now) + ARCHIVE_NOTICE),
            )
            for service in self.late
        }

    def archive(self) -> None:
        """Put away what coordinators were told of in time, and what nobody has confirmed since."""
        over = {service.pk: service for service in self.late if self.today >= self.archive_dates[service.pk]}
        self.late = [service for service in self.late if service.pk not in over]
        self.archived = list(over.values())
        if over and not self.dry_run:
            self.archived = [over[pk] for pk in self._archive_services(over)]
        self.sent.archived = len(self.archived)

    @transaction.atomic
    def _archive_services(self, services: dict[int, Service]) -> list[int]:
        seen = {pk: service.assured_at for pk, service in services.items()}
        gone = archive_services(services=seen, as_confirmed=seen)
        # Should somebody bring one back without confirming it, everybody is to be warned anew.
        Reminder.objects.filter(service__in=gone).delete()
        Reminder.objects.bulk_create(_build_reminder(None, services[pk], ReminderStage.ARCHIVED) for pk in gone)
        return gone

    def remind_members(self) -> None:
        waiting = all_due(self.today)
        members = _active_members(due.organisation.pk for due in waiting)
        asked = [
            (
                membership,
                due,
                [_build_reminder(membership.user, record, self._stage(record)) for record in due.records],
            )
            for due in waiting
            for membership in members[due.organisation.pk]
        ]
        told = _sent_notice_keys([note for *_about, notes in asked for note in notes])
        lately = Reminder.objects.filter(stage__in=_MEMBER_STAGES, sent_at__gt=self.now - MAIL_PAUSE)
        resting = set(lately.values_list("user", "organisation"))
        for membership, due, notes in asked:
            news = [note for note in notes if _notice_key(note) not in told]
            is_resting = (membership.user_id, membership.organisation_id) in resting
            if is_resting and all(note.stage != ReminderStage.LEAVING for note in news):
                continue
            leaving = [(one, self.archive_dates[one.pk]) for one in due.services if one.pk in self.archive_dates]
            others = [record for record in due.records if record not in [service for service, _day in leaving]]
            address = absolute_link(membership.user, "confirming:confirm-by-link", confirm_token(membership))
            facts = {"due": due, "leaving": leaving, "waiting": others, "address": address}
            self.sent.reminders += self._send(TemplateMail(membership.user, "reminder", facts), news)

    def _stage(self, record: Organisation | Service) -> ReminderStage | None:
        is_leaving = isinstance(record, Service) and record.pk in self.archive_dates
        return ReminderStage.LEAVING if is_leaving else record.term.stage(self.today)

    def send_reports(self) -> None:
        """Tell members of what readers reported."""
        reports: dict[int, list[MistakeReport]] = defaultdict(list)
        for report in _ordered_reports(MistakeReport.objects.answerable_by_members()):
            reports[report.organisation_id].append(report)
        asked = [
            (membership, [_build_reminder(membership.user, report, ReminderStage.REPORTED) for report in reports[pk]])
            for pk, memberships in _active_members(reports).items()
            for membership in memberships
        ]
        told = _sent_notice_keys([note for _membership, notes in asked for note in notes])
        for membership, notes in asked:
            news = [note for note in notes if _notice_key(note) not in told]
            facts = {
                "organisation": notes[0].organisation,
                "reports": [note.report for note in news],
                "address": absolute_link(membership.user, "reports:answer", membership.organisation_id),
            }
            self.sent.reports += self._send(TemplateMail(membership.user, "reports", facts), news)

    def mail_coordinators(self) -> None:
        """One mail each: what waits for a decision, reports that nobody answered, what will be put away, what was, and
        what never is."""
        news = [
            *((ReminderStage.CLAIMED, claim) for claim in Claim.objects.pending()),
            *((ReminderStage.READY, organisation) for organisation in Organisation.objects.ready_to_publish()),
            *((ReminderStage.PROPOSED, proposal) for proposal in CategoryProposal.objects.pending()),
            *(
                (ReminderStage.UNANSWERED, report)
                for report in _ordered_reports(MistakeReport.objects.due_for_coordinators(self.now))
            ),
            *((ReminderStage.LAST, record) for record in (*self.late, *long_unconfirmed(self.today))),
            *((ReminderStage.ARCHIVED, service) for service in self._archived_services()),
        ]
        coordinators = coordinators_of(_organisation_of(record).pk for _stage, record in news)
        notes = [
            _build_reminder(user, record, stage)
            for stage, record in news
            for user in coordinators[_organisation_of(record).pk]
        ]
        told = _sent_notice_keys(notes)
        untold: dict[User, list[Reminder]] = defaultdict(list)
        for note in notes:
            if _notice_key(note) not in told:
                untold[note.user].append(note)
        for user, mine in untold.items():
            facts = {
                "claimed": [note.organisation for note in mine if note.stage == ReminderStage.CLAIMED],
                "ready": [note.organisation for note in mine if note.stage == ReminderStage.READY],
                "proposed": [
                    (display_name(note.service), note.organisation)
                    for note in mine
                    if note.stage == ReminderStage.PROPOSED
                ],
                "reports": [note.report for note in mine if note.stage == ReminderStage.UNANSWERED],
                "leaving": [
                    (note.service, self.archive_dates[note.service_id])
                    for note in mine
                    if note.stage == ReminderStage.LAST and note.service
                ],
                "archived": [note.service for note in mine if note.stage == ReminderStage.ARCHIVED],
                "organisations": [
                    note.organisation for note in mine if note.stage == ReminderStage.LAST and not note.service
                ],
                "address": absolute_link(user, "admin:index"),
            }
            self.sent.coordinators += self._send(TemplateMail(user, "coordinator", facts), mine)

    def _archived_services(self) -> list[Service]:
        """What the runs of the last weeks put away and nobody has brought back."""
        found = [note.service for note in Reminder.objects.archived_since(self.now - ARCHIVED_NEWS_PERIOD)]
        return found + self.archived if self.dry_run else found

    def _send(self, mail: TemplateMail, notes: list[Reminder]) -> bool:
        """Whether there was anything to tell, and the mail that tells it was sent."""
        if not notes or self.dry_run:
            return bool(notes)
        try:
            with transaction.atomic():
                Reminder.objects.bulk_create(notes)
                # Whom or what a mail is about may have been deleted: not to be learnt only when it has gone.
                connection.check_constraints()
                mail.send()
        except Exception as problem:
            # Its own words would name the address.
            logger.warning("A mail to user %s was not sent: %s", mail.to.pk, type(problem).__name__)
            if not isinstance(problem, OSError):
                # Neither the network nor the mail server, but a fault of ours.
                logger.error("".join(traceback.format_tb(problem.__traceback__)))
            self.sent.failed += 1
            return False
        return True


def _sent_notice_keys(notes: list[Reminder]) -> set[tuple]:
    """The keys of those of the notes that mails have told of."""
    what = Q(due__in={note.due for note in notes}) | Q(report__in={note.report_id for note in notes})
    stages, organisations = {note.stage for note in notes}, {note.organisation_id for note in notes}
    known = Reminder.objects.filter(what, stage__in=stages, organisation__in=organisations)
    return set(known.values_list(*_NOTICE_KEY_FIELDS))


def _build_reminder(user: User | None, record: NoticeSubject, stage: ReminderStage) -> Reminder:
    note = Reminder(user=user, organisation=_organisation_of(record), stage=stage)
    match record:
        case MistakeReport():
            note.report = record
        case Claim() | CategoryProposal():
            # What waits is told of by the day on which it came.
            note.service = getattr(record, "service", None)
            note.due = timezone.localdate(record.created_at)
        case _:
            note.service = record if isinstance(record, Service) else None
            note.due = record.term.due
    return note


def _organisation_of(record: NoticeSubject) -> Organisation:
    if isinstance(record, CategoryProposal):
        return record.service.organisation
    return record if isinstance(record, Organisation) else record.organisation


def _active_members(organisations: Iterable[int]) -> dict[int, list[Membership]]:
    """The members of each organisation, by its number, whose accounts are in use."""
    found: dict[int, list[Membership]] = defaultdict(list)
    chosen = Membership.objects.filter(organisation__in=list(organisations), user__is_active=True)
    for membership in chosen.select_related("user").order_by("organisation", "pk"):
        found[membership.organisation_id].append(membership)
    return found


def _ordered_reports(reports: MistakeReportQuerySet) -> MistakeReportQuerySet:
    return reports.select_related("organisation", "service").order_by("organisation", "created_at", "pk")
