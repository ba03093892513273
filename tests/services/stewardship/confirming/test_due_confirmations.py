"""The queries of due records agree with the deadline of each record, in all sectors and cycles."""

import datetime as dt
import itertools

import pytest
from django.utils import timezone

from organisations.core.freshness import CONFIRMATION_MONTHS
from organisations.models import Membership, Organisation
from services.content.due_confirmations import all_due, due_among, long_unconfirmed, services_to_be_archived
from services.models import Service
from tests import cast

# Around every day that means something, of the shortest and the longest cycle.
DAYS = sorted(
    {
        months * 30 + days + around
        for months in (0, 3, 6, 12, 24)
        for days in (-30, 0, 335, 365)
        for around in (-3, -1, 0, 1, 3, 6)
        if months * 30 + days + around > 0
    }
)


@pytest.fixture
def years(satu):
    """Organisations of two sectors, one for each of the days, with services of every cycle; some never confirmed."""
    common = {"status": "published", "name_fi": "Joku"}
    created, moments = [], []
    for number, days in enumerate(DAYS):
        moment = timezone.localtime() - dt.timedelta(days=days)
        for sector, assured_at in itertools.product(["ngo", "company"], [moment, None]):
            organisation = Organisation(sector=sector, assured_at=assured_at, **common)
            months = (None, 3, 12, 24)[number % 4]
            service = Service(organisation=organisation, confirm_months=months, assured_at=assured_at, **common)
            created += [organisation, service]
            moments.append(moment)
    for model, records in ((Organisation, created[::2]), (Service, created[1::2])):
        model.objects.bulk_create(records)
        for record, moment in zip(records, moments, strict=True):
            record.created_at = moment
        model.objects.bulk_update(records, ["created_at"])
    Membership.objects.bulk_create(Membership(user=satu, organisation=organisation) for organisation in created[::2])
    cast.index_for_search()


def test_exactly_the_due_records_are_returned(years):
    assert set(CONFIRMATION_MONTHS.values()) == {6, 12}
    today = timezone.localdate()
    organisations, services = Organisation.objects.all(), Service.objects.select_related("organisation")
    of = {one.pk: [service for service in services if service.organisation_id == one.pk] for one in organisations}
    due = {record for one in organisations for record in due_among(one, of[one.pk], today).records}
    assert {record for one in all_due(today) for record in one.records} == due
    assert set(services_to_be_archived(today)) == {
        service for service in services if service.term.is_archive_notice_due(today)
    }
    assert set(long_unconfirmed(today)) == {one for one in organisations if one.term.is_archive_due(today)}
    for records in (due, services_to_be_archived(today), long_unconfirmed(today)):
        assert 0 < len(records) < len(organisations) + len(services)
