"""Store and answer readers' reports of mistakes, and delete their e-mail addresses afterwards."""

from collections.abc import Iterable
from smtplib import SMTPException

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from organisations.core.mail import render_email
from organisations.models import Organisation
from services.models import MistakeReport, Service
from services.models.mistake_report import MistakeState


class MailNotSent(Exception):
    """The mail server did not accept the answer; the report is unchanged."""


def report_mistake(
    *,
    organisation: Organisation,
    kind: str,
    text: str,
    email: str,
    language: str,
    service: Service | None = None,
) -> MistakeReport:
    """Store a report for the organisation and for coordinators. `kind` is a `MistakeKind`, `email` may be empty."""
    return MistakeReport.objects.create(
        organisation=organisation, service=service, kind=kind, text=text, email=email, language=language
    )


@transaction.atomic
def answer_report(*, report: MistakeReport, text: str, by_coordinator: bool = False) -> bool:
    """Mail an answer in the language of the reader and delete the e-mail address.

    Returns False if the report is closed or has no address. Raises MailNotSent.
    """
    reports = MistakeReport.objects.select_for_update(of=("self",)).select_related("organisation", "service")
    locked = reports.open().exclude(email="").filter(pk=report.pk).first()
    if locked is None:
        return False
    MistakeReport.objects.filter(pk=locked.pk).update(state=MistakeState.ANSWERED, email="")
    record = locked.service or locked.organisation
    with override(locked.language):
        address = settings.SITE_ADDRESS + record.get_absolute_url() if settings.SITE_ADDRESS else ""
    facts = {"report": locked, "record": record, "text": text, "by_coordinator": by_coordinator, "address": address}
    try:
        render_email("services/mails/answer", to=locked.email, language=locked.language, context=facts).send()
    except (SMTPException, OSError) as problem:
        # The message of the error may contain the address.
        raise MailNotSent(type(problem).__name__) from None
    return True


def close_reports(*, reports: Iterable[MistakeReport]) -> int:
    """Close open reports without an answer and delete their e-mail addresses; returns how many."""
    open_reports = MistakeReport.objects.open().filter(pk__in=[report.pk for report in reports])
    return open_reports.update(state=MistakeState.CLOSED, email="")
