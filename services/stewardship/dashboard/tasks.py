"""A user's tasks. To add a kind, write a function of `TaskContext`, list it in TASK_SOURCES, rank it in `Urgency`."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations import permissions
from organisations.core.freshness import ReminderStage
from organisations.models import Claim, Invitation, Organisation, User
from organisations.models.base import Status
from organisations.models.claim import ClaimState
from organisations.models.membership import Role
from services.models import CategoryProposal, MistakeReport, PathStep, Reminder, Service, ServicePath
from services.models.draft import ProposalState, display_name
from services.models.link_check import broken_links_of_organisations

from .member_organisations import MemberOrganisation, draft_or_none

# How long an automatically archived service stays a task.
ARCHIVED_TASK_PERIOD = dt.timedelta(days=60)
# A task lists this many names and counts the rest.
MAX_NAMES = 3


class Urgency(IntEnum):
    """The order of tasks: those that mislead readers come first."""

    ARCHIVED_SERVICE = 1
    MISTAKE_REPORT = 2
    UNCONFIRMED = 3
    CONFIRMATION_DUE = 4
    BROKEN_LINK = 5
    DECISION = 6
    PROPOSAL_ANSWER = 7
    CONFIRMATION_DUE_SOON = 8
    UNFINISHED = 9


@dataclass(frozen=True)
class Task:
    """A task of a member for an organisation, or of a coordinator in the admin (`organisation` is None)."""

    urgency: Urgency
    title: str
    organisation: Organisation | None
    reason: str
    button_label: str
    url: str
    # A coordinator's answer, and the URL that marks it as read.
    answer: str = ""
    dismiss_url: str = ""

    @property
    def is_urgent(self) -> bool:
        return self.urgency <= Urgency.UNCONFIRMED


@dataclass(frozen=True)
class TaskContext:
    """The user whose tasks are collected, and the organisations that user maintains."""

    user: User
    member_organisations: list[MemberOrganisation]
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        return timezone.localdate(self.now)

    @cached_property
    def organisations_by_id(self) -> dict[int, MemberOrganisation]:
        return {entry.organisation.pk: entry for entry in self.member_organisations}


def member_tasks(context: TaskContext) -> list[Task]:
    """All tasks, the most urgent first. The number of queries does not grow with the number of records."""
    return sorted((task for source in TASK_SOURCES for task in source(context)), key=lambda task: task.urgency)


def _confirmation_tasks(context: TaskContext) -> Iterator[Task]:
    for entry in context.member_organisations:
        if entry.due_confirmations:
            urgency, reason = _confirmation_urgency(entry, context.today)
            yield Task(
                urgency,
                _("Is the information still true?"),
                entry.organisation,
                reason,
                _("Look and confirm"),
                reverse("confirming:confirm", args=[entry.organisation.pk]),
            )


def _confirmation_urgency(entry: MemberOrganisation, today: dt.date) -> tuple[Urgency, str]:
    """How urgent a confirmation is, and the reason, which names the most urgent records."""
    records = entry.due_confirmations.records
    expiring = [
        service
        for service in entry.due_confirmations.services
        if service.term.is_archive_notice_due(today) and not service.references.all()
    ]
    unconfirmed = [record for record in records if record.is_unconfirmed(today)]
    overdue = [record for record in records if record.term.stage(today) not in (None, ReminderStage.BEFORE)]
    if expiring:
        reason = _("Nobody has confirmed this for long, and it is about to leave the search: %(names)s.")
        return Urgency.ARCHIVED_SERVICE, reason % {"names": _name_list(expiring)}
    if unconfirmed:
        return Urgency.UNCONFIRMED, _("Readers see that this has not been confirmed: %(names)s.") % {
            "names": _name_list(unconfirmed)
        }
    if overdue:
        return Urgency.CONFIRMATION_DUE, _("It is time to confirm: %(names)s.") % {"names": _name_list(overdue)}
    day = date_format(min(record.term.due for record in records), "SHORT_DATE_FORMAT")
    return Urgency.CONFIRMATION_DUE_SOON, _("To be confirmed by %(day)s: %(names)s.") % {
        "day": day,
        "names": _name_list(records),
    }


def _archived_service_tasks(context: TaskContext) -> Iterator[Task]:
    """Services archived for lack of confirmation, until published again or for ARCHIVED_TASK_PERIOD."""
    reminders = Reminder.objects.archived_since(context.now - ARCHIVED_TASK_PERIOD).filter(
        organisation__in=context.organisations_by_id
    )
    archived: dict[int, list[Service]] = defaultdict(list)
    for reminder in reminders:
        if reminder.service:
            archived[reminder.organisation_id].append(reminder.service)
    for organisation_id, services in archived.items():
        title = ngettext("A service has left the search", "%(count)s services have left the search", len(services))
        yield Task(
            Urgency.ARCHIVED_SERVICE,
            title % {"count": len(services)},
            context.organisations_by_id[organisation_id].organisation,
            _("Nobody had confirmed it for long: %(names)s. Publish what is still offered.")
            % {"names": _name_list(services)},
            _("See the services"),
            reverse("editing:services", args=[organisation_id]) + "#archived",
        )


def _report_tasks(context: TaskContext) -> Iterator[Task]:
    reports: dict[int, list[MistakeReport]] = defaultdict(list)
    open_reports = MistakeReport.objects.open().filter(organisation__in=context.organisations_by_id)
    for report in open_reports.select_related("service").order_by("created_at", "pk"):
        reports[report.organisation_id].append(report)
    for organisation_id, organisation_reports in reports.items():
        kinds = Counter(report.get_kind_display() for report in organisation_reports)
        title = ngettext("A reader found a mistake", "Readers found %(count)s mistakes", len(organisation_reports))
        yield Task(
            Urgency.MISTAKE_REPORT,
            title % {"count": len(organisation_reports)},
            context.organisations_by_id[organisation_id].organisation,
            f"{capfirst(', '.join(kinds))}.",
            _("Read and answer"),
            reverse("reports:answer", args=[organisation_id]),
        )


def _proposal_answer_tasks(context: TaskContext) -> Iterator[Task]:
    """Coordinators' answers to category proposals, until a member marks them as read."""
    proposals = CategoryProposal.objects.exclude(state=ProposalState.OPEN).filter(
        service__organisation__in=context.organisations_by_id, put_away_at=None
    )
    for proposal in proposals.select_related("service__draft", "category").order_by("answered_at", "pk"):
        parameters = {"service": display_name(proposal.service), "category": proposal.category}
        fits = _("For %(service)s you can now choose the subject “%(category)s”.") % parameters
        yield Task(
            Urgency.PROPOSAL_ANSWER,
            _("A coordinator has answered about a subject"),
            context.organisations_by_id[proposal.service.organisation_id].organisation,
            fits if proposal.category else _("You proposed a subject for %(service)s.") % parameters,
            _("Open the service"),
            reverse("editing:edit", args=[proposal.service_id]),
            answer=proposal.answer,
            dismiss_url=reverse("dashboard:dismiss-answer", args=[proposal.pk]),
        )


def _broken_link_tasks(context: TaskContext) -> Iterator[Task]:
    broken: dict[int, list[Any]] = defaultdict(list)  # organisations, services and locations
    for record, _link in broken_links_of_organisations(context.organisations_by_id):
        broken[getattr(record, "organisation_id", record.pk)].append(record)
    for organisation_id, records in broken.items():
        title = ngettext("A link does not work", "%(count)s links do not work", len(records))
        yield Task(
            Urgency.BROKEN_LINK,
            title % {"count": len(records)},
            context.organisations_by_id[organisation_id].organisation,
            f"{_name_list(list(dict.fromkeys(records)))}.",
            _("See the services"),
            reverse("editing:services", args=[organisation_id]),
        )


def _draft_tasks(context: TaskContext) -> Iterator[Task]:
    for entry in context.member_organisations:
        if records := entry.unpublished_records:
            is_single = len(records) == 1
            yield Task(
                Urgency.UNFINISHED,
                ngettext("A draft is not published", "%(count)s drafts are not published", len(records))
                % {"count": len(records)},
                entry.organisation,
                f"{_name_list(records)}.",
                _("Go on writing") if is_single else _("See the drafts"),
                _edit_url(records[0]) if is_single else reverse("editing:services", args=[entry.organisation.pk]),
            )


def _edit_url(record: Organisation | Service) -> str:
    return reverse("editing:edit" if isinstance(record, Service) else "editing:profile", args=[record.pk])


def _new_organisation_tasks(context: TaskContext) -> Iterator[Task]:
    """New organisations without a profile."""
    for entry in context.member_organisations:
        organisation = entry.organisation
        if organisation.status == Status.DRAFT and organisation.assured_at is None and not draft_or_none(organisation):
            yield Task(
                Urgency.UNFINISHED,
                _("Tell about the organisation"),
                organisation,
                _("Readers do not see it yet. When its profile is ready, a coordinator publishes it."),
                _("Write the profile"),
                reverse("editing:profile", args=[organisation.pk]),
            )


def _expired_invitation_tasks(context: TaskContext) -> Iterator[Task]:
    """Expired invitations, to be sent again or withdrawn."""
    administered = [
        organisation_id for organisation_id, entry in context.organisations_by_id.items() if entry.role == Role.ADMIN
    ]
    pending = Invitation.objects.pending().filter(organisation__in=administered)
    expired = Counter(invitation.organisation_id for invitation in pending if invitation.has_expired)
    for organisation_id, count in expired.items():
        yield Task(
            Urgency.UNFINISHED,
            ngettext("An invitation has expired", "%(count)s invitations have expired", count) % {"count": count},
            context.organisations_by_id[organisation_id].organisation,
            _("Send it again, or take it back."),
            _("To the invitations"),
            reverse("people:members", args=[organisation_id]) + "#invitations",
        )


def _coordinator_tasks(context: TaskContext) -> Iterator[Task]:
    return coordinator_tasks(context.user, context.now)


def coordinator_tasks(user: User, now: dt.datetime) -> Iterator[Task]:
    """The tasks of a coordinator in the admin; none until required two-factor login is set up."""
    if not permissions.may_use_admin(user) or permissions.lacks_required_mfa(user):
        return
    organisations = permissions.coordinated_organisations(user)
    claims = Claim.objects.filter(state=ClaimState.OPEN, organisation__in=organisations).count()
    title = ngettext("A request for an organisation", "%(count)s requests for organisations", claims)
    yield from _admin_tasks(Urgency.DECISION, title, claims, _("Decide"), "admin:organisations_claim_changelist")
    ready = list(organisations.ready_to_publish())
    if ready:
        count = len(ready)
        title = ngettext("A new organisation can be published", "%(count)s new organisations can be published", count)
        ids = ",".join(str(organisation.pk) for organisation in ready)
        url = reverse("admin:organisations_organisation_changelist") + f"?id__in={ids}"
        reason = _("Those who look after it have written its profile.") + f" {_name_list(ready)}."
        yield Task(Urgency.DECISION, title % {"count": count}, None, reason, _("Look and publish"), url)
    reports = MistakeReport.objects.due_for_coordinators(now).filter(organisation__in=organisations).count()
    title = ngettext("A report that nobody has answered", "%(count)s reports that nobody has answered", reports)
    yield from _admin_tasks(
        Urgency.MISTAKE_REPORT, title, reports, _("Read"), "admin:services_mistakereport_changelist"
    )
    proposals = CategoryProposal.objects.filter(state=ProposalState.OPEN).count()
    title = ngettext("A proposal for a subject waits", "%(count)s proposals for subjects wait", proposals)
    yield from _admin_tasks(
        Urgency.PROPOSAL_ANSWER, title, proposals, _("Answer"), "admin:services_categoryproposal_changelist"
    )
    yield from _path_tasks(user, timezone.localdate(now))


def _path_tasks(user: User, today: dt.date) -> Iterator[Task]:
    """Public service paths with steps whose services are gone."""
    steps = PathStep.objects.with_gone_services(today).filter(
        path__in=ServicePath.objects.published().editable_by(user)
    )
    steps_by_path: dict[ServicePath, list[PathStep]] = defaultdict(list)
    for step in steps.select_related("path").order_by("path", "position"):
        steps_by_path[step.path].append(step)
    for path, gone in steps_by_path.items():
        title = _("Services are gone from the path “%(path)s”") % {"path": path}
        reason = _("Steps: %(steps)s.") % {"steps": ", ".join(map(str, gone))}
        yield Task(
            Urgency.BROKEN_LINK, title, None, reason, _("Look and correct"), reverse("paths:edit", args=[path.pk])
        )


def _admin_tasks(urgency: Urgency, title: str, count: int, button_label: str, view: str) -> Iterator[Task]:
    """A task to decide on the open records of a list in the admin, if there are any."""
    if count:
        yield Task(urgency, title % {"count": count}, None, "", button_label, reverse(view) + "?state__exact=open")


def _name_list(records: Sequence[Organisation | Service]) -> str:
    names = [display_name(record) if isinstance(record, Service) else record.name for record in records]
    listed_names, rest_count = ", ".join(names[:MAX_NAMES]), len(names) - MAX_NAMES
    if rest_count <= 0:
        return listed_names
    return _("%(names)s and %(count)s more") % {"names": listed_names, "count": rest_count}


TASK_SOURCES: tuple[Callable[[TaskContext], Iterator[Task]], ...] = (
    _confirmation_tasks,
    _archived_service_tasks,
    _report_tasks,
    _broken_link_tasks,
    _proposal_answer_tasks,
    _coordinator_tasks,
    _draft_tasks,
    _new_organisation_tasks,
    _expired_invitation_tasks,
)
