from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    """The table of the cache that all workers share; where it is there already, nothing happens."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunPython(make_table, migrations.RunPython.noop)]
