"""Usage statistics of an organisation."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TypeVar

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from organisations import permissions
from organisations.access import AuthenticatedRequest, get_organisation_for
from organisations.core.collation import alphabetical
from organisations.models.base import Status
from services.models import Service
from services.models.usage import USAGE_MEASURES, UsageTotals

from .answers import answers_of

MONTHS_SHOWN = 12
Label = TypeVar("Label")
# The name of a measure, its value and the length of its bar in percent.
Bar = tuple[str, int, int]


@require_safe
@login_required
@never_cache
def organisation_usage(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The last twelve months of an organisation with a comparison of its services, or of one service (`service`)."""
    organisation = get_organisation_for(request.user, pk, permissions.may_edit)
    services = organisation.services.exclude(status=Status.DRAFT).order_by(alphabetical("name"), "pk")
    service_id = request.GET.get("service", "")
    service = (
        get_object_or_404(services, pk=service_id if service_id.isascii() and service_id.isdigit() else 0)
        if service_id
        else None
    )
    months = _recent_months(timezone.localdate())
    counts = organisation.usage.filter(month__gte=months[-1])
    by_service = counts.by_service()
    by_month = (counts if service is None else counts.filter(service=service)).by_month()
    return render(
        request,
        "services/stewardship/usage/usage.html",
        {
            "organisation": organisation,
            "service": service,
            "total": sum(by_month.values(), UsageTotals()),
            "months": _bar_rows([(month, by_month.get(month, UsageTotals())) for month in months]),
            "services": _service_rows(services, by_service) if service is None else [],
            "answers": answers_of(services if service is None else [service]),
        },
    )


def _service_rows(
    services: Iterable[Service], by_service: Mapping[int | None, UsageTotals]
) -> list[tuple[Service | None, list[Bar]]]:
    """(service, bars), most viewed first; the organisation's own page comes last with None as service."""
    rows: list[tuple[Service | None, UsageTotals]] = [
        (service, by_service.get(service.pk, UsageTotals())) for service in services
    ]
    rows.sort(key=lambda row: (-row[1].opened, -row[1].shown))
    return _bar_rows([*rows, (None, by_service.get(None, UsageTotals()))])


def _bar_rows(rows: list[tuple[Label, UsageTotals]]) -> list[tuple[Label, list[Bar]]]:
    """Rows with bars, whose lengths are percentages of the column's maximum."""
    maxima = {name: max((getattr(totals, name) for _label, totals in rows), default=0) or 1 for name in USAGE_MEASURES}
    return [
        (
            label,
            [(name, value := getattr(totals, name), round(100 * value / maximum)) for name, maximum in maxima.items()],
        )
        for label, totals in rows
    ]


def _recent_months(today: dt.date) -> list[dt.date]:
    """The first days of this month and of those before it, newest first."""
    first = today.replace(day=1)
    months = [first]
    while len(months) < MONTHS_SHOWN:
        months.append((months[-1] - dt.timedelta(days=1)).replace(day=1))
    return months
