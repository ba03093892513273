"""Remind members of due confirmations and new reports, and coordinators of open matters; archive old services."""

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

# The subject of a notice.
NoticeSubject = Organisation | Service | MistakeReport | Claim | CategoryProposal

# Minimum time between two reminders to one person about one organisation. Only the last warning, a month before
# services are archived, is sent without a pause.
MAIL_PAUSE = dt.timedelta(days=14)
# How long the notice of an archived service to coordinators is retried.
ARCHIVED_NEWS_PERIOD = dt.timedelta(days=30)
_MEMBER_STAGES = (ReminderStage.BEFORE, ReminderStage.DUE, ReminderStage.AFTER, ReminderStage.LEAVING)
# The fields that identify a notice.
_NOTICE_KEY_FIELDS = ("user_id", "organisation_id", "service_id", "report_id", "due", "stage")
_notice_key = attrgetter(*_NOTICE_KEY_FIELDS)
_LOCK_ID = 0x72656D696E64


@dataclass
class RemindTotals:
    """Numbers of mails sent, mails that failed, and services archived; with `dry_run`, of those due."""

    reminders: int = 0
    reports: int = 0
    coordinators: int = 0
    archived: int = 0
    failed: int = 0


def remind(*, now: dt.datetime, today: dt.date, dry_run: bool = False) -> RemindTotals:
    """Send all due mails and archive unconfirmed services; with `dry_run` only count.

    Each mail is recorded in the transaction that sends it. A failed mail does not affect others, and the next run
    sends it if it is still due. A mail is repeated only if the server accepted it but its reply or the commit was lost.
    Raises AlreadyRunning.
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
        """The day on which each unconfirmed service is archived, at the earliest one notice period after coordinators
        were notified."""
        reminders = Reminder.objects.filter(stage=ReminderStage.LAST, service__in=[service.pk for service in self.late])
        first_sent_at = {
            (pk, due): at for pk, due, at in reminders.values_list("service", "due").annotate(Min("sent_at"))
        }
        return {
            service.pk: max(
                service.term.archived_from,
                timezone.localdate(first_sent_at.get((service.pk, service.term.due), self.now) + ARCHIVE_NOTICE),
            )
            for service in self.late
        }

    def archive(self) -> None:
        """Archive services that coordinators were notified of in time and that are still unconfirmed."""
        due = {service.pk: service for service in self.late if self.today >= self.archive_dates[service.pk]}
        self.late = [service for service in self.late if service.pk not in due]
        self.archived = list(due.values())
        if due and not self.dry_run:
            self.archived = [due[pk] for pk in self._archive_services(due)]
        self.sent.archived = len(self.archived)

    @transaction.atomic
    def _archive_services(self, services: dict[int, Service]) -> list[int]:
        confirmed_at = {pk: service.assured_at for pk, service in services.items()}
        archived = archive_services(services=confirmed_at, as_confirmed=confirmed_at)
        # If one is restored without a confirmation, everybody is reminded again.
        Reminder.objects.filter(service__in=archived).delete()
        Reminder.objects.bulk_create(_build_reminder(None, services[pk], ReminderStage.ARCHIVED) for pk in archived)
        return archived

    def remind_members(self) -> None:
        waiting = all_due(self.today)
        members = _active_members(due.organisation.pk for due in waiting)
        candidates = [
            (
                membership,
                due,
                [
                    _build_reminder(membership.user, record, stage)
                    for record in due.records
                    if (stage := self._stage(record))
                ],
            )
            for due in waiting
            for membership in members[due.organisation.pk]
        ]
        sent_keys = _sent_notice_keys([note for *_about, notes in candidates for note in notes])
        recent = Reminder.objects.filter(stage__in=_MEMBER_STAGES, sent_at__gt=self.now - MAIL_PAUSE)
        paused = set(recent.values_list("user", "organisation"))
        for membership, due, notes in candidates:
            new_notes = [note for note in notes if _notice_key(note) not in sent_keys]
            is_paused = (membership.user_id, membership.organisation_id) in paused
            if is_paused and all(note.stage != ReminderStage.LEAVING for note in new_notes):
                continue
            leaving = [
                (service, self.archive_dates[service.pk])
                for service in due.services
                if service.pk in self.archive_dates
            ]
            others = [record for record in due.records if record not in [service for service, _day in leaving]]
            address = absolute_link(membership.user, "confirming:confirm-by-link", confirm_token(membership))
            facts = {"due": due, "leaving": leaving, "waiting": others, "address": address}
            self.sent.reminders += self._send(TemplateMail(membership.user, "reminder", facts), new_notes)

    def _stage(self, record: Organisation | Service) -> ReminderStage | None:
        is_leaving = isinstance(record, Service) and record.pk in self.archive_dates
        return ReminderStage.LEAVING if is_leaving else record.term.stage(self.today)

    def send_reports(self) -> None:
        """Mail members the reports of readers."""
        reports: dict[int, list[MistakeReport]] = defaultdict(list)
        for report in _ordered_reports(MistakeReport.objects.answerable_by_members()):
            reports[report.organisation_id].append(report)
        candidates = [
            (membership, [_build_reminder(membership.user, report, ReminderStage.REPORTED) for report in reports[pk]])
            for pk, memberships in _active_members(reports).items()
            for membership in memberships
        ]
        sent_keys = _sent_notice_keys([note for _membership, notes in candidates for note in notes])
        for membership, notes in candidates:
            new_notes = [note for note in notes if _notice_key(note) not in sent_keys]
            facts = {
                "organisation": notes[0].organisation,
                "reports": [note.report for note in new_notes],
                "address": absolute_link(membership.user, "reports:answer", membership.organisation_id),
            }
            self.sent.reports += self._send(TemplateMail(membership.user, "reports", facts), new_notes)

    def mail_coordinators(self) -> None:
        """Mail each coordinator once: pending decisions, unanswered reports, services to be archived and archived ones,
        and unconfirmed organisations, which are never archived."""
        subjects: list[tuple[ReminderStage, NoticeSubject]] = [
            *((ReminderStage.CLAIMED, claim) for claim in Claim.objects.pending()),
            *((ReminderStage.READY, organisation) for organisation in Organisation.objects.ready_to_publish()),
            *((ReminderStage.PROPOSED, proposal) for proposal in CategoryProposal.objects.pending()),
            *(
                (ReminderStage.UNANSWERED, report)
                for report in _ordered_reports(MistakeReport.objects.due_for_coordinators(self.now))
            ),
            *((ReminderStage.LAST, service) for service in self.late),
            *((ReminderStage.LAST, organisation) for organisation in long_unconfirmed(self.today)),
            *((ReminderStage.ARCHIVED, service) for service in self._archived_services()),
        ]
        coordinators = coordinators_of(_organisation_of(record).pk for _stage, record in subjects)
        notes = [
            _build_reminder(user, record, stage)
            for stage, record in subjects
            for user in coordinators[_organisation_of(record).pk]
        ]
        sent_keys = _sent_notice_keys(notes)
        new_notes: dict[User, list[Reminder]] = defaultdict(list)
        for note in notes:
            if note.user and _notice_key(note) not in sent_keys:
                new_notes[note.user].append(note)
        for user, user_notes in new_notes.items():
            facts = {
                "claimed": [note.organisation for note in user_notes if note.stage == ReminderStage.CLAIMED],
                "ready": [note.organisation for note in user_notes if note.stage == ReminderStage.READY],
                "proposed": [
                    (display_name(note.service), note.organisation)
                    for note in user_notes
                    if note.stage == ReminderStage.PROPOSED and note.service
                ],
                "reports": [note.report for note in user_notes if note.stage == ReminderStage.UNANSWERED],
                "leaving": [
                    (note.service, self.archive_dates[note.service.pk])
                    for note in user_notes
                    if note.stage == ReminderStage.LAST and note.service
                ],
                "archived": [note.service for note in user_notes if note.stage == ReminderStage.ARCHIVED],
                "organisations": [
                    note.organisation for note in user_notes if note.stage == ReminderStage.LAST and not note.service
                ],
                "address": absolute_link(user, "admin:index"),
            }
            self.sent.coordinators += self._send(TemplateMail(user, "coordinator", facts), user_notes)

    def _archived_services(self) -> list[Service]:
        """Services that recent runs archived and that were not restored."""
        notes = Reminder.objects.archived_since(self.now - ARCHIVED_NEWS_PERIOD)
        services = [note.service for note in notes if note.service]
        return services + self.archived if self.dry_run else services

    def _send(self, mail: TemplateMail, notes: list[Reminder]) -> bool:
        """Send the mail if there are notes; returns whether it was sent (or, with `dry_run`, would be)."""
        if not notes or self.dry_run:
            return bool(notes)
        try:
            with transaction.atomic():
                Reminder.objects.bulk_create(notes)
                # Records may have been deleted concurrently: fail before the mail is sent, not at the commit.
                connection.check_constraints()
                mail.send()
        except Exception as problem:
            # The message of the error may contain the address.
            logger.warning("A mail to user %s was not sent: %s", mail.to.pk, type(problem).__name__)
            if not isinstance(problem, OSError):
                # Not a failure of the network or the mail server, but a bug.
                logger.error("".join(traceback.format_tb(problem.__traceback__)))
            self.sent.failed += 1
            return False
        return True


def _sent_notice_keys(notes: list[Reminder]) -> set[tuple]:
    """The keys of those notes that were sent before."""
    subject = Q(due__in={note.due for note in notes}) | Q(report__in={note.report_id for note in notes})
    stages, organisations = {note.stage for note in notes}, {note.organisation_id for note in notes}
    reminders = Reminder.objects.filter(subject, stage__in=stages, organisation__in=organisations)
    return set(reminders.values_list(*_NOTICE_KEY_FIELDS))


def _build_reminder(user: User | None, record: NoticeSubject, stage: ReminderStage) -> Reminder:
    note = Reminder(user=user, organisation=_organisation_of(record), stage=stage)
    match record:
        case MistakeReport():
            note.report = record
        case Claim() | CategoryProposal():
            # Identified by the day on which it was created.
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
    """{organisation id: its members with active accounts}"""
    members: dict[int, list[Membership]] = defaultdict(list)
    memberships = Membership.objects.filter(organisation__in=list(organisations), user__is_active=True)
    for membership in memberships.select_related("user").order_by("organisation", "pk"):
        members[membership.organisation_id].append(membership)
    return members


def _ordered_reports(reports: MistakeReportQuerySet) -> MistakeReportQuerySet:
    return reports.select_related("organisation", "service").order_by("organisation", "created_at", "pk")
