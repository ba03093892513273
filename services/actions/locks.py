"""Locks for work that only one process may do at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

import pglock


class AlreadyRunning(Exception):
    """Another process is doing the same work."""


@contextmanager
def exclusive_lock(work: int) -> Iterator[None]:
    """Hold the lock of a kind of work, or raise AlreadyRunning. PostgreSQL releases it if the process dies."""
    lock = pglock.advisory(work, timeout=0, side_effect=pglock.Return)
    if not lock.acquire():
        raise AlreadyRunning
    # Not as a context manager: within a transaction, pglock would undo all work when the block fails.
    try:
        yield
    finally:
        lock.release()
