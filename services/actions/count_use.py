"""Count what services and the pages of organisations are good for, without a trace of who used them."""

import datetime as dt
from collections.abc import Iterable

from services.models import Use

from .best_effort_sql import note


def count_services(*, use: Use, services: Iterable[int], today: dt.date) -> None:
    """Count published services by their ids, in one statement. Never fails."""
    # In the order of their ids, so that two pages that show the same ones do not wait for each other for ever.
    if ids := sorted(set(services)):
        note(_SERVICES.format(use=Use(use).value), [_month(today), ids], what="A use of services")


def count_organisation(*, use: Use, organisation: int, today: dt.date) -> None:
    """Count the page of a published organisation, by its id. Never fails."""
    note(_ORGANISATION.format(use=Use(use).value), [_month(today), organisation], what="A use of an organisation")


def _month(today: dt.date) -> dt.date:
    return today.replace(day=1)


_SERVICES = """
INSERT INTO services_usagecount AS counted (month, organisation_id, service_id, {use})
SELECT %s, organisation_id, id, 1 FROM services_service WHERE id = ANY(%s) AND status = 'published' ORDER BY id
ON CONFLICT (organisation_id, service_id, month) DO UPDATE SET {use} = counted.{use} + 1
"""
_ORGANISATION = """
INSERT INTO services_usagecount AS counted (month, organisation_id, {use})
SELECT %s, id, 1 FROM organisations_organisation WHERE id = %s AND status = 'published'
ON CONFLICT (organisation_id, service_id, month) DO UPDATE SET {use} = counted.{use} + 1
"""
