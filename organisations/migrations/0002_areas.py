from django.db import migrations

from organisations.actions import load_areas


def load(apps, schema_editor):
    load_areas.load(apps.get_model("organisations", "WellbeingCounty"), apps.get_model("organisations", "Municipality"))


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
