"""SQL for migrations: the triggers that write every change of a table to the history.

A migration starts to track a table by `RunSQL(*create_history_triggers(...))`; see "Track a table in the history" in
CONTRIBUTING.md. Migrations call these functions for ever, so what a call returns must not change: a trigger of another
form needs a new function.
"""

from .change import Operation

ALL_OPERATIONS = tuple(Operation)
_EVENTS = {
    Operation.ADDED: ("INSERT", "NEW TABLE AS came"),
    Operation.CHANGED: ("UPDATE", "OLD TABLE AS gone NEW TABLE AS came"),
    Operation.REMOVED: ("DELETE", "OLD TABLE AS gone"),
}
# The function is created by the migration 0014_history. A later migration may replace its body.
_CREATE_SQL = """
CREATE TRIGGER history_{operation} AFTER {event} ON {table} REFERENCING {rows}
FOR EACH STATEMENT EXECUTE FUNCTION services_note_change('{kind}', '{record_column}', '{organisation_column}');
"""
_DROP_SQL = "DROP TRIGGER history_{operation} ON {table};\n"


def create_history_triggers(
    table: str,
    *,
    kind: str,
    record_column: str,
    organisation_column: str = "",
    operations: tuple[Operation, ...] = ALL_OPERATIONS,
) -> tuple[str, str]:
    """Return the SQL that creates the triggers of a table, and the SQL that drops them.

    `kind` is the value of the `RecordKind` of the records that the rows belong to, `record_column` the column with the
    id of the record, and `organisation_column` the one with the id of its organisation, if the table has one.
    """
    create = "".join(
        _CREATE_SQL.format(
            operation=operation,
            event=_EVENTS[operation][0],
            rows=_EVENTS[operation][1],
            table=table,
            kind=kind,
            record_column=record_column,
            organisation_column=organisation_column,
        )
        for operation in operations
    )
    return create, "".join(_DROP_SQL.format(operation=operation, table=table) for operation in operations)
