"""What the directory is good for, told to an organisation in numbers."""

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from organisations import permissions
from organisations.access import get_organisation_for
from organisations.core.collation import alphabetical
from organisations.models.base import Status
from services.models import Service
from services.models.usage import USAGE_MEASURES, UsageTotals

MONTHS_SHOWN = 12


@require_safe
@login_required
@never_cache
def organisation_usage(request: HttpRequest, pk: int) -> HttpResponse:
    """The last twelve months of an organisation, or of one of its services (`service`), and its services beside each
    other."""
    found = get_organisation_for(request.user, pk, permissions.may_edit)
    own = found.services.exclude(status=Status.DRAFT).order_by(alphabetical("name"), "pk")
    chosen = request.GET.get("service", "")
    service = get_object_or_404(own, pk=chosen if chosen.isascii() and chosen.isdigit() else 0) if chosen else None
    months = _recent_months(timezone.localdate())
    counts = found.usage.filter(month__gte=months[-1])
    by_service = counts.by_service()
    by_month = (counts if service is None else counts.filter(service=service)).by_month()
    return render(
        request,
        "services/stewardship/usage/usage.html",
        {
            "organisation": found,
            "service": service,
            "total": sum(by_month.values(), UsageTotals()),
            "months": _bar_rows([(month, by_month.get(month, UsageTotals())) for month in months]),
            "services": _service_rows(own, by_service) if service is None else [],
        },
    )


def _service_rows(own, by_service: dict) -> list[tuple]:
    """What was used most comes first; the page of the organisation itself comes last, without a name."""
    rows: list[tuple[Service | None, UsageTotals]] = [
        (service, by_service.get(service.pk, UsageTotals())) for service in own
    ]
    rows.sort(key=lambda row: (-row[1].opened, -row[1].shown))
    return _bar_rows([*rows, (None, by_service.get(None, UsageTotals()))])


def _bar_rows(rows: list[tuple]) -> list[tuple]:
    """Each with its measures, and how long their bars are: in percent of the longest of the column."""
    longest = [max((getattr(used, name) for _of, used in rows), default=0) or 1 for name in USAGE_MEASURES]
    return [
        (
            of,
            [
                (name, value := getattr(used, name), round(100 * value / most))
                for name, most in zip(USAGE_MEASURES, longest, strict=True)
            ],
        )
        for of, used in rows
    ]


def _recent_months(today: dt.date) -> list[dt.date]:
    """The first days of this month and of those before it, newest first."""
    first = today.replace(day=1)
    found = [first]
    while len(found) < MONTHS_SHOWN:
        found.append((found[-1] - dt.timedelta(days=1)).replace(day=1))
    return found
