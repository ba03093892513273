"""Keep what a reader says is wrong on a page, and let go of the address once that is settled."""

from collections.abc import Iterable

from organisations.models import Organisation
from services.models import MistakeReport, Service
from services.models.mistake_report import MistakeState


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


def close_reports(*, reports: Iterable[MistakeReport]) -> int:
    """Close reports and delete the e-mail addresses; how many were not closed before."""
    chosen = MistakeReport.objects.filter(pk__in=[report.pk for report in reports])
    return chosen.exclude(state=MistakeState.CLOSED).update(state=MistakeState.CLOSED, email="")


def answer_reports(*, reports: Iterable[MistakeReport]) -> int:
    """Mark open reports as answered; how many they were."""
    chosen = MistakeReport.objects.filter(pk__in=[report.pk for report in reports], state=MistakeState.OPEN)
    return chosen.update(state=MistakeState.ANSWERED)
