"""Serialise writers of the search index to prevent deadlocks."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from organisations.core.locks import lock

# Arbitrary id of the advisory lock that all writers of the search index share.
LOCK_ID = 0x696E646578
# Other writers wait for the holder of the lock, so it must not wait long for row locks.
SHORT_LOCK_TIMEOUT_SQL = "SET LOCAL lock_timeout = '1s'"


def lock_search_index() -> None:
    """Serialise writers of search rows until the transaction ends. Raises LockTimeout.

    Call it first in a transaction that writes indexed records, before any row locks are taken.
    """
    lock(LOCK_ID)
    with connection.cursor() as cursor:
        cursor.execute(SHORT_LOCK_TIMEOUT_SQL)


@contextmanager
def turn() -> Iterator[None]:
    """Open a transaction, or a savepoint within one, and take the index lock. Raises LockTimeout."""
    with transaction.atomic():
        lock_search_index()
        yield
