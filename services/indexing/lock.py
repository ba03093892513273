"""One writer of search rows at a time: two that lock records the other way round would get stuck."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from organisations.core.locks import lock

# Any number will do, as long as all writers of search rows take the same one.
LOCK = 0x696E646578
# Others wait for the one that holds the lock, so it waits only briefly for records that something else has locked.
WAIT_BRIEFLY = "SET LOCAL lock_timeout = '1s'"


def lock_search_index() -> None:
    """Serialise writers of search rows until the transaction ends. Raises LockTimeout.

    First in a transaction that writes what search rows are made of: before the records themselves are locked.
    """
    lock(LOCK)
    with connection.cursor() as cursor:
        cursor.execute(WAIT_BRIEFLY)


@contextmanager
def turn() -> Iterator[None]:
    """A transaction of its own, unless in another one, that writes search rows."""
    with transaction.atomic():
        lock_search_index()
        yield
