"""Run SQL on a best-effort basis while a page is being served: fast, or not at all."""

import logging
from typing import Any

from django.db import Error, connection, transaction

logger = logging.getLogger(__name__)


def run_best_effort(sql: str, params: list[Any], *, subject: str) -> None:
    """Run a statement, waiting at most 0.2 seconds for locks. Database errors are not raised, but logged: that
    `subject`, such as "A search", was not counted, without the parameters.
    """
    is_nested = connection.in_atomic_block
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute((_NESTED_SQL if is_nested else _SEPARATE_SQL).format(sql), params)
    except Error as error:
        # The message of the error would quote the parameters.
        logger.warning("%s was not counted: %s", subject, type(error).__name__)


# In a separate transaction the commit does not wait for the disk: losing a count in a crash is acceptable.
_SEPARATE_SQL = "SET LOCAL lock_timeout = '200ms'; SET LOCAL synchronous_commit = off; {}"
# Within the caller's transaction durability is unchanged, and the lock timeout is restored.
_NESTED_SQL = """
SELECT set_config('palvelukartta.lock_timeout', current_setting('lock_timeout'), true);
SET LOCAL lock_timeout = '200ms'; {};
SELECT set_config('lock_timeout', current_setting('palvelukartta.lock_timeout'), true)
"""
