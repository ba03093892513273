"""A user's tasks. To add a kind, write a function of `TaskContext`, list it in TASK_SOURCES, rank it in `Urgency`."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

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
from services.models import CategoryProposal, MistakeReport, Reminder, Service
from services.models.draft import ProposalState, display_name
from services.models.link_check import broken_links_of_organisations

from .member_organisations import MemberOrganisation, draft_or_none

# How long an automatically archived service stays a task.
ARCHIVED_TASK_PERIOD = dt.timedelta(days=60)
# A task lists this many names and counts the rest.
MAX_NAMES = 3


class Urgency(IntEnum):
    """The order of tasks: those that mislead readers come first."""

    LEAVING = 1
    MISTAKE_REPORT = 2
    UNCONFIRMED = 3
    DUE = 4
    BROKEN_LINK = 5
    DECISION = 6
    PROPOSAL_ANSWER = 7
    DUE_SOON = 8
    UNFINISHED = 9


@dataclass(frozen=True)
class Task:
    """A task: what to do, for which organisation (None: in the admin), why now, and the button that leads to it."""

    urgency: Urgency
    what: str
    where: Organisation | None
    why: str
    button: str
    address: str
    # A coordinator's answer, and the URL that marks it as read.
    quote: str = ""
    put_away: str = ""

    @property
    def is_urgent(self) -> bool:
        return self.urgency <= Urgency.UNCONFIRMED


@dataclass(frozen=True)
class TaskContext:
    """The user whose tasks are collected, and the organisations that user maintains."""

    user: User
    kept: list[MemberOrganisation]
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        return timezone.localdate(self.now)

    @cached_property
    def by_organisation_id(self) -> dict[int, MemberOrganisation]:
        return {entry.organisation.pk: entry for entry in self.kept}


def member_tasks(person: TaskContext) -> list[Task]:
    """All tasks, the most urgent first. The number of queries does not grow with the number of records."""
    return sorted((task for kind in TASK_SOURCES for task in kind(person)), key=lambda task: task.urgency)


def _confirmation_tasks(person: TaskContext) -> Iterator[Task]:
    for entry in person.kept:
        if entry.due:
            urgency, why = _confirmation_urgency(entry, person.today)
            yield Task(
                urgency,
                _("Is the information still true?"),
                entry.organisation,
                why,
                _("Look and confirm"),
                reverse("confirming:confirm", args=[entry.organisation.pk]),
            )


def _confirmation_urgency(entry: MemberOrganisation, today: dt.date) -> tuple[Urgency, str]:
    """How urgent a confirmation is, and the reason, which names the most urgent records."""
    records = entry.due.records
    expiring = [
        service
        for service in entry.due.services
        if service.term.is_archive_notice_due(today) and not service.references.all()
    ]
    unconfirmed = [record for record in records if record.is_unconfirmed(today)]
    overdue = [record for record in records if record.term.stage(today) > ReminderStage.BEFORE]
    if expiring:
        why = _("Nobody has confirmed this for long, and it is about to leave the search: %(names)s.")
        return Urgency.LEAVING, why % {"names": _name_list(expiring)}
    if unconfirmed:
        return Urgency.UNCONFIRMED, _("Readers see that this has not been confirmed: %(names)s.") % {
            "names": _name_list(unconfirmed)
        }
    if overdue:
        return Urgency.DUE, _("It is time to confirm: %(names)s.") % {"names": _name_list(overdue)}
    day = date_format(min(record.term.due for record in records), "SHORT_DATE_FORMAT")
    return Urgency.DUE_SOON, _("To be confirmed by %(day)s: %(names)s.") % {"day": day, "names": _name_list(records)}


def _archived_service_tasks(person: TaskContext) -> Iterator[Task]:
    """Services archived for lack of confirmation, until published again or for ARCHIVED_TASK_PERIOD."""
    reminders = Reminder.objects.archived_since(person.now - ARCHIVED_TASK_PERIOD).filter(
        organisation__in=person.by_organisation_id
    )
    archived: dict[int, list[Service]] = defaultdict(list)
    for reminder in reminders:
        archived[reminder.organisation_id].append(reminder.service)
    for organisation_id, services in archived.items():
        what = ngettext("A service has left the search", "%(count)s services have left the search", len(services))
        yield Task(
            Urgency.LEAVING,
            what % {"count": len(services)},
            person.by_organisation_id[organisation_id].organisation,
            _("Nobody had confirmed it for long: %(names)s. Publish what is still offered.")
            % {"names": _name_list(services)},
            _("See the services"),
            reverse("editing:services", args=[organisation_id]) + "#archived",
        )


def _report_tasks(person: TaskContext) -> Iterator[Task]:
    reports: dict[int, list[MistakeReport]] = defaultdict(list)
    open_reports = MistakeReport.objects.open().filter(organisation__in=person.by_organisation_id)
    for report in open_reports.select_related("service").order_by("created_at", "pk"):
        reports[report.organisation_id].append(report)
    for organisation_id, of_organisation in reports.items():
        kinds = Counter(report.get_kind_display() for report in of_organisation)
        what = ngettext("A reader found a mistake", "Readers found %(count)s mistakes", len(of_organisation))
        yield Task(
            Urgency.MISTAKE_REPORT,
            what % {"count": len(of_organisation)},
            person.by_organisation_id[organisation_id].organisation,
            f"{capfirst(', '.join(kinds))}.",
            _("Read and answer"),
            reverse("reports:answer", args=[organisation_id]),
        )


def _proposal_answer_tasks(person: TaskContext) -> Iterator[Task]:
    """Coordinators' answers to category proposals, until a member marks them as read."""
    proposals = CategoryProposal.objects.exclude(state=ProposalState.OPEN).filter(
        service__organisation__in=person.by_organisation_id, put_away_at=None
    )
    for proposal in proposals.select_related("service__draft", "category").order_by("answered_at", "pk"):
        parameters = {"service": display_name(proposal.service), "category": proposal.category}
        fits = _("For %(service)s you can now choose the subject “%(category)s”.") % parameters
        yield Task(
            Urgency.PROPOSAL_ANSWER,
            _("A coordinator has answered about a subject"),
            person.by_organisation_id[proposal.service.organisation_id].organisation,
            fits if proposal.category else _("You proposed a subject for %(service)s.") % parameters,
            _("Open the service"),
            reverse("editing:edit", args=[proposal.service_id]),
            quote=proposal.answer,
            put_away=reverse("dashboard:put-away", args=[proposal.pk]),
        )


def _broken_link_tasks(person: TaskContext) -> Iterator[Task]:
    broken: dict[int, list] = defaultdict(list)
    for record, _link in broken_links_of_organisations(person.by_organisation_id):
        broken[getattr(record, "organisation_id", record.pk)].append(record)
    for organisation_id, records in broken.items():
        what = ngettext("A link does not work", "%(count)s links do not work", len(records))
        yield Task(
            Urgency.BROKEN_LINK,
            what % {"count": len(records)},
            person.by_organisation_id[organisation_id].organisation,
            f"{_name_list(list(dict.fromkeys(records)))}.",
            _("See the services"),
            reverse("editing:services", args=[organisation_id]),
        )


def _draft_tasks(person: TaskContext) -> Iterator[Task]:
    for entry in person.kept:
        if unfinished := entry.unfinished:
            is_single = len(unfinished) == 1
            yield Task(
                Urgency.UNFINISHED,
                ngettext("A draft is not published", "%(count)s drafts are not published", len(unfinished))
                % {"count": len(unfinished)},
                entry.organisation,
                f"{_name_list(unfinished)}.",
                _("Go on writing") if is_single else _("See the drafts"),
                _edit_url(unfinished[0]) if is_single else reverse("editing:services", args=[entry.organisation.pk]),
            )


def _edit_url(record: Organisation | Service) -> str:
    return reverse("editing:edit" if isinstance(record, Service) else "editing:profile", args=[record.pk])


def _new_organisation_tasks(person: TaskContext) -> Iterator[Task]:
    """New organisations without a profile."""
    for entry in person.kept:
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


def _expired_invitation_tasks(person: TaskContext) -> Iterator[Task]:
    """Expired invitations, to be sent again or withdrawn."""
    administered = [
        organisation_id for organisation_id, entry in person.by_organisation_id.items() if entry.role == Role.ADMIN
    ]
    pending = Invitation.objects.pending().filter(organisation__in=administered)
    expired = Counter(invitation.organisation_id for invitation in pending if invitation.has_expired)
    for organisation_id, count in expired.items():
        yield Task(
            Urgency.UNFINISHED,
            ngettext("An invitation has expired", "%(count)s invitations have expired", count) % {"count": count},
            person.by_organisation_id[organisation_id].organisation,
            _("Send it again, or take it back."),
            _("To the invitations"),
            reverse("people:members", args=[organisation_id]) + "#invitations",
        )


def _coordinator_tasks(person: TaskContext) -> Iterator[Task]:
    return coordinator_tasks(person.user, person.now)


def coordinator_tasks(user: User, now: dt.datetime) -> Iterator[Task]:
    """The tasks of a coordinator in the admin; none until required two-factor login is set up."""
    if not permissions.may_use_admin(user) or permissions.lacks_required_mfa(user):
        return
    organisations = permissions.coordinated_organisations(user)
    claims = Claim.objects.filter(state=ClaimState.OPEN, organisation__in=organisations).count()
    if claims:
        what = ngettext("A request for an organisation", "%(count)s requests for organisations", claims)
        yield _admin_task(Urgency.DECISION, what, claims, _("Decide"), "admin:organisations_claim_changelist")
    ready = list(organisations.ready_to_publish())
    if ready:
        count = len(ready)
        what = ngettext("A new organisation can be published", "%(count)s new organisations can be published", count)
        ids = ",".join(str(organisation.pk) for organisation in ready)
        address = reverse("admin:organisations_organisation_changelist") + f"?id__in={ids}"
        why = _("Those who look after it have written its profile.") + f" {_name_list(ready)}."
        yield Task(Urgency.DECISION, what % {"count": count}, None, why, _("Look and publish"), address)
    reports = MistakeReport.objects.due_for_coordinators(now).filter(organisation__in=organisations).count()
    if reports:
        what = ngettext("A report that nobody has answered", "%(count)s reports that nobody has answered", reports)
        yield _admin_task(Urgency.MISTAKE_REPORT, what, reports, _("Read"), "admin:services_mistakereport_changelist")
    proposals = CategoryProposal.objects.filter(state=ProposalState.OPEN).count()
    if proposals:
        what = ngettext("A proposal for a subject waits", "%(count)s proposals for subjects wait", proposals)
        yield _admin_task(
            Urgency.PROPOSAL_ANSWER, what, proposals, _("Answer"), "admin:services_categoryproposal_changelist"
        )


def _admin_task(urgency: Urgency, what: str, count: int, button: str, view: str) -> Task:
    return Task(urgency, what % {"count": count}, None, "", button, reverse(view) + "?state__exact=open")


def _name_list(records: list) -> str:
    names = [display_name(record) if isinstance(record, Service) else record.name for record in records]
    shown, more = ", ".join(names[:MAX_NAMES]), len(names) - MAX_NAMES
    return shown if more <= 0 else _("%(names)s and %(count)s more") % {"names": shown, "count": more}


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
