"""Migrations create exactly the history triggers that the code declares, and can drop them again."""

import pytest
from django.db import connection

from services.models import Change
from services.models.change import TRACKED_TABLES, RecordKind, TrackedTable
from services.models.history_triggers import create_history_triggers
from tests import cast

pytestmark = pytest.mark.django_db

TRIGGERS_SQL = """
SELECT tgrelid::regclass::text, tgname, tgargs FROM pg_trigger
WHERE NOT tgisinternal AND tgfoid = 'services_note_change'::regproc
"""


def declared_triggers(kind: str, table: TrackedTable) -> set[tuple]:
    columns = {field.column for field in table.model._meta.fields}
    organisation = "organisation_id" if table.is_main and "organisation_id" in columns else ""
    operations = ("removed",) if table.is_internal else ("added", "changed", "removed")
    return {(table.table, f"history_{operation}", (kind, table.column, organisation)) for operation in operations}


def test_a_migrated_database_has_exactly_the_declared_triggers():
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS_SQL)
        migrated = {
            (table, name, tuple(bytes(arguments).decode().split("\0")[:-1]))
            for table, name, arguments in cursor.fetchall()
        }
    declared = [declared_triggers(kind, table) for kind, tables in TRACKED_TABLES.items() for table in tables]
    assert migrated == set().union(*declared)


def test_a_further_table_is_tracked_until_its_migration_is_reversed(kivivuori):
    club = cast.service("Perhekerho", kivivuori)
    create, drop = create_history_triggers(
        "services_fee", kind=RecordKind.SERVICE.value, record_column="service_id", organisation_column="organisation_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE services_fee (id bigint PRIMARY KEY, service_id bigint, organisation_id bigint, euros int)"
        )
        cursor.execute(create)
        cursor.execute("INSERT INTO services_fee VALUES (1, %s, %s, 5)", [club.pk, kivivuori.pk])
        cursor.execute("UPDATE services_fee SET euros = 7")
        cursor.execute("DELETE FROM services_fee")
        cursor.execute(drop)
        cursor.execute("INSERT INTO services_fee VALUES (2, %s, %s, 5)", [club.pk, kivivuori.pk])
    changes = Change.objects.of(RecordKind.SERVICE, club.pk).filter(part="services_fee").order_by("pk")
    assert [(change.operation, change.organisation, change.row) for change in changes] == [
        ("added", kivivuori.pk, 1),
        ("changed", kivivuori.pk, 1),
        ("removed", kivivuori.pk, 1),
    ]
    assert (changes[1].before, changes[1].after) == ({"euros": 5}, {"euros": 7})
