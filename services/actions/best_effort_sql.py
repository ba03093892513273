"""Notes that are made while somebody waits for a page: fast, or not at all."""

import logging

from django.db import Error, connection, transaction

logger = logging.getLogger(__name__)


def run_best_effort(sql: str, params: list, *, what: str) -> None:
    """Run one statement. Never fails: whatever keeps it from being written within a fifth of a second is logged, as
    `what` and without its parameters.
    """
    nested = connection.in_atomic_block
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_IN_A_TRANSACTION.format(sql) if nested else _ALONE.format(sql), params)
    except Error as error:
        # Its own words would quote the parameters.
        logger.warning("%s was not counted: %s", what, type(error).__name__)


# In a transaction of its own the statement does not wait for the disk: a count that is lost in a crash is no harm.
_ALONE = "SET LOCAL lock_timeout = '200ms'; SET LOCAL synchronous_commit = off; {}"
# The caller's transaction keeps its own durability, and its lock timeout is put back.
_IN_A_TRANSACTION = """
SELECT set_config('palvelukartta.lock_timeout', current_setting('lock_timeout'), true);
SET LOCAL lock_timeout = '200ms'; {};
SELECT set_config('lock_timeout', current_setting('palvelukartta.lock_timeout'), true)
"""
