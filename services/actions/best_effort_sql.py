"""Run SQL on a best-effort basis while a page is being served: fast, or not at all."""

import logging

from django.db import Error, connection, transaction

logger = logging.getLogger(__name__)


def run_best_effort(sql: str, params: list, *, what: str) -> None:
    """Run one statement, waiting at most 0.2 seconds for locks. Database errors are logged as `what`, without the
    parameters, and not raised.
    """
    nested = connection.in_atomic_block
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_IN_A_TRANSACTION.format(sql) if nested else _ALONE.format(sql), params)
    except Error as error:
        # The message of the error would quote the parameters.
        logger.warning("%s was not counted: %s", what, type(error).__name__)


# In a separate transaction the commit does not wait for the disk: losing a count in a crash is acceptable.
_ALONE = "SET LOCAL lock_timeout = '200ms'; SET LOCAL synchronous_commit = off; {}"
# Within the caller's transaction durability is unchanged, and the lock timeout is restored.
_IN_A_TRANSACTION = """
SELECT set_config('palvelukartta.lock_timeout', current_setting('lock_timeout'), true);
SET LOCAL lock_timeout = '200ms'; {};
SELECT set_config('lock_timeout', current_setting('palvelukartta.lock_timeout'), true)
"""
