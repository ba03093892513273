"""Remind members of due confirmations and new reports, and coordinators of open matters; archive old services."""

import datetime as dt
import logging
import traceback
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

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

# The record that a mail is about.
ReminderSubject = Organisation | Service | MistakeReport | Claim | CategoryProposal

# Minimum time between two reminders to one person about one organisation. Only the last warning, a month before
# services are archived, is sent without a pause.
MAIL_PAUSE = dt.timedelta(days=14)
# How long the mail to coordinators about an archived service is retried.
ARCHIVED_NEWS_PERIOD = dt.timedelta(days=30)
_MEMBER_STAGES = (ReminderStage.BEFORE, ReminderStage.DUE, ReminderStage.AFTER, ReminderStage.LEAVING)
# The fields that identify a reminder.
_REMINDER_KEY_FIELDS = ("user_id", "organisation_id", "service_id", "report_id", "due", "stage")
_reminder_key = attrgetter(*_REMINDER_KEY_FIELDS)
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
        return run.totals


class _RemindRun:
    def __init__(self, now: dt.datetime, today: dt.date, dry_run: bool):
        self.now, self.today, self.dry_run = now, today, dry_run
        self.totals = RemindTotals()
        self.expiring_services = services_to_be_archived(today)
        self.archive_dates = self._archive_dates()

    def _archive_dates(self) -> dict[int, dt.date]:
        """The day on which each unconfirmed service is archived, at the earliest one notice period after coordinators
        were notified."""
        reminders = Reminder.objects.filter(
            stage=ReminderStage.LAST, service__in=[service.pk for service in self.expiring_services]
        )
        first_sent_at = {
            (pk, due): at for pk, due, at in reminders.values_list("service", "due").annotate(Min("sent_at"))
        }
        return {
            service.pk: max(
                service.term.archived_from,
                timezone.localdate(first_sent_at.get((service.pk, service.term.due), self.now) + ARCHIVE_NOTICE),
            )
            for service in self.expiring_services
        }

    def archive(self) -> None:
        """Archive services that coordinators were notified of in time and that are still unconfirmed."""
        due = {
            service.pk: service for service in self.expiring_services if self.today >= self.archive_dates[service.pk]
        }
        self.expiring_services = [service for service in self.expiring_services if service.pk not in due]
        self.archived_services = list(due.values())
        if due and not self.dry_run:
            self.archived_services = [due[pk] for pk in self._archive_services(due)]
        self.totals.archived = len(self.archived_services)

    @transaction.atomic
    def _archive_services(self, services: dict[int, Service]) -> list[int]:
        confirmed_at = {pk: service.assured_at for pk, service in services.items()}
        archived_ids = archive_services(services=confirmed_at, as_confirmed=confirmed_at)
        # If a service is restored without a confirmation, its members are reminded again.
        Reminder.objects.filter(service__in=archived_ids).delete()
        Reminder.objects.bulk_create(_build_reminder(None, services[pk], ReminderStage.ARCHIVED) for pk in archived_ids)
        return archived_ids

    def remind_members(self) -> None:
        due_organisations = all_due(self.today)
        members = _active_members(due.organisation.pk for due in due_organisations)
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
            for due in due_organisations
            for membership in members[due.organisation.pk]
        ]
        sent_keys = _sent_reminder_keys([reminder for *_rest, reminders in candidates for reminder in reminders])
        recent = Reminder.objects.filter(stage__in=_MEMBER_STAGES, sent_at__gt=self.now - MAIL_PAUSE)
        paused = set(recent.values_list("user", "organisation"))
        for membership, due, reminders in candidates:
            new_reminders = [reminder for reminder in reminders if _reminder_key(reminder) not in sent_keys]
            is_paused = (membership.user_id, membership.organisation_id) in paused
            if is_paused and all(reminder.stage != ReminderStage.LEAVING for reminder in new_reminders):
                continue
            leaving = [
                (service, self.archive_dates[service.pk])
                for service in due.services
                if service.pk in self.archive_dates
            ]
            other_records = [record for record in due.records if record not in [service for service, _day in leaving]]
            address = absolute_link(membership.user, "confirming:confirm-by-link", confirm_token(membership))
            facts = {"due": due, "leaving": leaving, "waiting": other_records, "address": address}
            self.totals.reminders += self._send(TemplateMail(membership.user, "reminder", facts), new_reminders)

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
        sent_keys = _sent_reminder_keys([reminder for _membership, reminders in candidates for reminder in reminders])
        for membership, reminders in candidates:
            new_reminders = [reminder for reminder in reminders if _reminder_key(reminder) not in sent_keys]
            facts = {
                "organisation": reminders[0].organisation,
                "reports": [reminder.report for reminder in new_reminders],
                "address": absolute_link(membership.user, "reports:answer", membership.organisation_id),
            }
            self.totals.reports += self._send(TemplateMail(membership.user, "reports", facts), new_reminders)

    def mail_coordinators(self) -> None:
        """Mail each coordinator once: pending decisions, unanswered reports, services to be archived and archived ones,
        and unconfirmed organisations, which are never archived."""
        subjects = [
            *((ReminderStage.CLAIMED, claim) for claim in Claim.objects.pending()),
            *((ReminderStage.READY, organisation) for organisation in Organisation.objects.ready_to_publish()),
            *((ReminderStage.PROPOSED, proposal) for proposal in CategoryProposal.objects.pending()),
            *(
                (ReminderStage.UNANSWERED, report)
                for report in _ordered_reports(MistakeReport.objects.due_for_coordinators(self.now))
            ),
            *((ReminderStage.LAST, record) for record in (*self.expiring_services, *long_unconfirmed(self.today))),
            *((ReminderStage.ARCHIVED, service) for service in self._archived_services()),
        ]
        coordinators = coordinators_of(_organisation_of(record).pk for _stage, record in subjects)
        reminders = [
            _build_reminder(user, record, stage)
            for stage, record in subjects
            for user in coordinators[_organisation_of(record).pk]
        ]
        sent_keys = _sent_reminder_keys(reminders)
        new_reminders: dict[User, list[Reminder]] = defaultdict(list)
        for reminder in reminders:
            if reminder.user and _reminder_key(reminder) not in sent_keys:
                new_reminders[reminder.user].append(reminder)
        for user, user_reminders in new_reminders.items():
            self.totals.coordinators += self._send(
                TemplateMail(user, "coordinator", self._coordinator_facts(user, user_reminders)), user_reminders
            )

    def _coordinator_facts(self, user: User, reminders: list[Reminder]) -> dict[str, Any]:
        by_stage: dict[int, list[Reminder]] = defaultdict(list)
        for reminder in reminders:
            by_stage[reminder.stage].append(reminder)
        return {
            "claimed": [reminder.organisation for reminder in by_stage[ReminderStage.CLAIMED]],
            "ready": [reminder.organisation for reminder in by_stage[ReminderStage.READY]],
            "proposed": [
                (display_name(reminder.service), reminder.organisation)
                for reminder in by_stage[ReminderStage.PROPOSED]
                if reminder.service
            ],
            "reports": [reminder.report for reminder in by_stage[ReminderStage.UNANSWERED]],
            "leaving": [
                (reminder.service, self.archive_dates[reminder.service.pk])
                for reminder in by_stage[ReminderStage.LAST]
                if reminder.service
            ],
            "archived": [reminder.service for reminder in by_stage[ReminderStage.ARCHIVED]],
            "organisations": [
                reminder.organisation for reminder in by_stage[ReminderStage.LAST] if not reminder.service
            ],
            "address": absolute_link(user, "admin:index"),
        }

    def _archived_services(self) -> list[Service]:
        """Services that recent runs archived and that were not restored."""
        services = [reminder.service for reminder in Reminder.objects.archived_since(self.now - ARCHIVED_NEWS_PERIOD)]
        return services + self.archived_services if self.dry_run else services

    def _send(self, mail: TemplateMail, reminders: list[Reminder]) -> bool:
        """Send the mail if there are reminders in it; returns whether it was sent (or, with `dry_run`, would be)."""
        if not reminders or self.dry_run:
            return bool(reminders)
        try:
            with transaction.atomic():
                Reminder.objects.bulk_create(reminders)
                # Records may have been deleted concurrently: fail before the mail is sent, not at the commit.
                connection.check_constraints()
                mail.send()
        except Exception as problem:
            # The message of the error may contain the address.
            logger.warning("A mail to user %s was not sent: %s", mail.to.pk, type(problem).__name__)
            if not isinstance(problem, OSError):
                # Not a failure of the network or the mail server, but a bug.
                logger.error("".join(traceback.format_tb(problem.__traceback__)))
            self.totals.failed += 1
            return False
        return True


def _sent_reminder_keys(reminders: list[Reminder]) -> set[tuple]:
    """The keys of those reminders that were sent before."""
    subject = Q(due__in={reminder.due for reminder in reminders}) | Q(
        report__in={reminder.report_id for reminder in reminders}
    )
    stages = {reminder.stage for reminder in reminders}
    organisations = {reminder.organisation_id for reminder in reminders}
    sent = Reminder.objects.filter(subject, stage__in=stages, organisation__in=organisations)
    return set(sent.values_list(*_REMINDER_KEY_FIELDS))


def _build_reminder(user: User | None, record: ReminderSubject, stage: ReminderStage) -> Reminder:
    reminder = Reminder(user=user, organisation=_organisation_of(record), stage=stage)
    match record:
        case MistakeReport():
            reminder.report = record
        case Claim() | CategoryProposal():
            # Identified by the day on which it was created.
            reminder.service = getattr(record, "service", None)
            reminder.due = timezone.localdate(record.created_at)
        case _:
            reminder.service = record if isinstance(record, Service) else None
            reminder.due = record.term.due
    return reminder


def _organisation_of(record: ReminderSubject) -> Organisation:
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
