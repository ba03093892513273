"""Give a record what a form understood."""

from collections.abc import Mapping

from django.db import models, transaction

from services.content.record_values import EDITABLE_FIELDS, PHONE_FIELDS, phone_rows


@transaction.atomic
def write_record(*, record: models.Model, facts: Mapping) -> None:
    """Store the record, its relations and its phone numbers; `facts` are by the names of fields.

    Its search rows and its day of confirmation are the caller's affair. What says the same is not written again, or
    history would tell of changes that are none.
    """
    sheet = EDITABLE_FIELDS[type(record)]
    for name, value in facts.items():
        if name not in sheet.fields or name in sheet.records:
            continue
        # Texts that were never written are NULL.
        if value != "" or getattr(record, name) is not None:
            setattr(record, name, value)
    record.save()
    for name in sheet.records:
        if name in facts:
            getattr(record, name).set(facts[name])
    if hasattr(record, "phones"):
        _write_phones(record, [phone for phone in phone_rows(facts) if phone["number"]])


def _write_phones(record: models.Model, wanted: list[dict[str, str]]) -> None:
    there = [{part: getattr(phone, part) or "" for part in PHONE_FIELDS} for phone in record.phones.all()]
    if there == wanted:
        return
    record.phones.all().delete()
    model, owner = record.phones.model, record.phones.field.name
    model.objects.bulk_create(model(**{owner: record}, order=row, **phone) for row, phone in enumerate(wanted))
