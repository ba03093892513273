"""Work that only one process may do at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

import pglock


class AlreadyRunning(Exception):
    """Another process does the same work at the moment."""


@contextmanager
def exclusive_lock(work: int) -> Iterator[None]:
    """Hold the lock of a kind of work; raises AlreadyRunning. It is given back also when the process dies."""
    with pglock.advisory(work, timeout=0, side_effect=pglock.Return) as acquired:
        if not acquired:
            raise AlreadyRunning
        yield
