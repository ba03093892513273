"""Run the daily reminders, and age records as if days had passed between runs."""

import datetime as dt
from io import StringIO

from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from organisations.models import Organisation
from services.indexing.services import index_services
from services.models import MistakeReport, Reminder, Service


def confirm_days_ago(record, days_ago):
    """Set the last confirmation of a record to some days ago."""
    moment = timezone.localtime() - dt.timedelta(days=days_ago)
    type(record).objects.filter(pk=record.pk).update(assured_at=moment, created_at=moment)
    record.refresh_from_db()
    index_services()
    return record


def age_records(days):
    """Move all stored times some days into the past."""
    later = dt.timedelta(days=days)
    for model, fields in (
        (Organisation, ("assured_at", "created_at", "updated_at")),
        (Service, ("assured_at", "created_at", "updated_at")),
        (Reminder, ("sent_at", "due")),
        (MistakeReport, ("created_at",)),
    ):
        model.objects.update(**{field: F(field) - later for field in fields})
    index_services()


def run_remind(*options):
    """The output of the daily run."""
    out = StringIO()
    call_command("remind", *options, stdout=out)
    return out.getvalue()
