"""Count the use of services and of the pages of organisations, without storing who used them."""

import datetime as dt
from collections.abc import Iterable

from services.models import UseKind

from .best_effort_sql import run_best_effort


def recount_services(*, use: UseKind, services: Iterable[int], today: dt.date) -> None:
    """Count published services by their ids, in one statement. Never fails."""
    # In id order to prevent deadlocks between pages that show the same services.
    if ids := sorted(set(services)):
        run_best_effort(
            _COUNT_SERVICES_SQL.format(use=UseKind(use).value),
            [_first_of_month(today), ids],
            subject="A use of services",
        )


def count_organisation(*, use: UseKind, organisation: int, today: dt.date) -> None:
    """Count a use of the page of a published organisation, by its id. Never fails."""
    run_best_effort(
        _COUNT_ORGANISATION_SQL.format(use=UseKind(use).value),
        [_first_of_month(today), organisation],
        subject="A use of an organisation",
    )


def _first_of_month(today: dt.date) -> dt.date:
    return today.replace(day=1)


_COUNT_SERVICES_SQL = """
INSERT INTO services_usagecount AS counted (month, organisation_id, service_id, {use})
SELECT %s, organisation_id, id, 1 FROM services_service WHERE id = ANY(%s) AND status = 'published' ORDER BY id
ON CONFLICT (organisation_id, service_id, month) DO UPDATE SET {use} = counted.{use} + 1
"""
_COUNT_ORGANISATION_SQL = """
INSERT INTO services_usagecount AS counted (month, organisation_id, {use})
SELECT %s, id, 1 FROM organisations_organisation WHERE id = %s AND status = 'published'
ON CONFLICT (organisation_id, service_id, month) DO UPDATE SET {use} = counted.{use} + 1
"""
