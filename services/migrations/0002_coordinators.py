"""The group of coordinators with just the rights of their work."""

from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUP = "coordinators"
MAY_ALL = {
    "organisations": ["organisation", "organisationphone", "organisationreference", "contact"],
    "services": [
        "category",
        "synonym",
        "externalcode",
        "service",
        "servicephone",
        "servicereference",
        "servicelocation",
        "locationphone",
        "locationreference",
        "schedule",
        "scheduleexception",
    ],
}
MAY_VIEW = {
    "organisations": ["municipality", "wellbeingcounty", "membership"],
    "services": ["importrun"],
}


def create_group(apps, schema_editor):
    for label in ("organisations", "services"):
        # Permissions come only after all migrations; a group that needs them cannot wait.
        create_permissions(installed_apps.get_app_config(label), verbosity=0, apps=apps)
    permission = apps.get_model("auth", "Permission")
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    wanted = []
    for label in ("organisations", "services"):
        codenames = [f"view_{model}" for model in MAY_VIEW[label]]
        codenames += [f"{verb}_{model}" for model in MAY_ALL[label] for verb in ("view", "add", "change", "delete")]
        found = permission.objects.filter(content_type__app_label=label, codename__in=codenames)
        assert found.count() == len(codenames), f"permissions of {label} are missing"
        wanted += list(found)
    group.permissions.set(wanted)


class Migration(migrations.Migration):
    dependencies = [("services", "0001_initial"), ("organisations", "0002_areas")]
    operations = [migrations.RunPython(create_group, migrations.RunPython.noop)]
