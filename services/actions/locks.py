"""Work that only one process may do at a time."""

from contextlib import contextmanager

from django.db import connection


class AlreadyRunning(Exception):
    """Another process does the same work at the moment."""


@contextmanager
def exclusive_lock(work: int):
    """Hold the lock of a kind of work; raises AlreadyRunning. It is given back also when the process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [work])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [work])
