"""Locks for work that only one process may do at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

import pglock


class AlreadyRunning(Exception):
    """Another process is doing the same work."""


@contextmanager
def exclusive_lock(work: int) -> Iterator[None]:
    """Hold the advisory lock with this id; it is released also when the process dies. Raises AlreadyRunning."""
    with pglock.advisory(work, timeout=0, side_effect=pglock.Return) as acquired:
        if not acquired:
            raise AlreadyRunning
        yield
