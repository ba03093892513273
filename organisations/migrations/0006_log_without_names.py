"""The log of the desk named contacts, members and accounts, also after these were erased; now it names no people."""

import json

from django.conf import settings
from django.db import migrations

PEOPLE = {"contact", "membership"}


def without_names(apps, schema_editor):
    entries = apps.get_model("admin", "LogEntry").objects
    app, model = settings.AUTH_USER_MODEL.lower().split(".")
    for entry in entries.filter(content_type__app_label=app, content_type__model=model).iterator():
        entry.object_repr = f"#{entry.object_id}"
        entry.save(update_fields=["object_repr"])
    for entry in entries.filter(change_message__startswith="[", change_message__contains='"object"').iterator():
        told = [kept(part) for part in json.loads(entry.change_message)]
        entry.change_message = json.dumps(list({json.dumps(part): part for part in told}.values()))
        entry.save(update_fields=["change_message"])


def kept(part):
    """{"added": {"name": "contact", "object": "Aino, Ohjaaja"}} only tells that contacts changed."""
    (about,) = part.values()
    return {"changed": {"fields": [f"{about['name']}s"]}} if about.get("name") in PEOPLE else part


class Migration(migrations.Migration):

    dependencies = [
        ('admin', '0003_logentry_add_action_flag_choices'),
        ('organisations', '0005_list_of_organisations'),
    ]

    operations = [
        migrations.RunPython(without_names, migrations.RunPython.noop, elidable=True),
    ]
