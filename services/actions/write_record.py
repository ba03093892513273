"""Write the cleaned values of a form to a record."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from organisations.models import Organisation
from services.content.record_values import EDITABLE_FIELDS, PHONE_FIELDS, phone_rows
from services.models import Service, ServiceLocation


@transaction.atomic
def write_record(*, record: models.Model, facts: Mapping) -> None:
    """Store the record, its relations and its phone numbers; `facts` are by the names of fields.

    The caller updates search rows and the confirmation. Unchanged phone numbers are not rewritten, as history would
    record them as changes.
    """
    editable = EDITABLE_FIELDS[type(record)]
    for name, value in facts.items():
        if name not in editable.fields or name in editable.records:
            continue
        # Empty texts stay NULL if they were.
        if value != "" or getattr(record, name) is not None:
            setattr(record, name, value)
    record.save()
    for name in editable.records:
        if name in facts:
            getattr(record, name).set(facts[name])
    if isinstance(record, Service | Organisation | ServiceLocation):
        _write_phones(record, [phone for phone in phone_rows(facts) if phone["number"]])


def _write_phones(record: Service | Organisation | ServiceLocation, phones: list[dict[str, str]]) -> None:
    manager: Any = record.phones  # of one of three models, which have the same fields
    stored = [{part: getattr(phone, part) or "" for part in PHONE_FIELDS} for phone in manager.all()]
    if stored == phones:
        return
    manager.all().delete()
    model, owner = manager.model, manager.field.name
    model.objects.bulk_create(model(**{owner: record}, order=row, **phone) for row, phone in enumerate(phones))
