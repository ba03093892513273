"""Notes that are made while somebody waits for a page: fast, or not at all."""

import logging

from django.db import Error, connection, transaction

logger = logging.getLogger(__name__)


def run_best_effort(sql: str, params: list, *, what: str) -> None:
    """Run one statement. Never fails: whatever keeps it from being written within a fifth of a second is logged, as
    `what` and without its parameters.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Nobody waits for the disk either; a count that is lost in a crash is no harm. Whoever called this may be
            # in a transaction that is more patient.
            cursor.execute(f"{_SHORT_WAITS_SQL} {sql}; {_RESTORE_SQL}", params)
    except Error as error:
        # Its own words would quote the parameters.
        logger.warning("%s was not counted: %s", what, type(error).__name__)


_SHORT_WAITS_SQL = "SET LOCAL lock_timeout = '200ms'; SET LOCAL synchronous_commit = off;"
_RESTORE_SQL = "SET LOCAL lock_timeout TO DEFAULT"
