"""Database locks. PostgreSQL's `lock_timeout` limits every wait, also for row locks.

The connection sets the limit for requests (`PALVELUKARTTA_LOCK_TIMEOUT`); commands wait longer with `wait_at_most`.
"""

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pglock
from django.conf import settings
from django.db import OperationalError
from psycopg import errors

# Limits the requests of this process that wait for an advisory lock at the same time; its other threads serve readers.
_queue = threading.BoundedSemaphore(settings.LOCK_QUEUE)
# Whether the caller is a command: it serves nobody, so it waits outside the queue.
_is_command: ContextVar[bool] = ContextVar("is_command", default=False)


class LockTimeout(Exception):
    """A lock was not released in time. Nothing was written; the user can try again."""


def is_lock_timeout(error: BaseException) -> bool:
    """Whether the database cancelled a wait for a lock, or this transaction to resolve a deadlock."""
    if isinstance(error, LockTimeout):
        return True
    return isinstance(error, OperationalError) and isinstance(
        error.__cause__, errors.LockNotAvailable | errors.DeadlockDetected
    )


def lock(number: int) -> None:
    """Hold an advisory lock until the transaction ends. Raises LockTimeout, also if too many requests wait already."""
    if try_lock(number):
        return
    if _is_command.get():
        _wait_for_lock(number)
        return
    if not _queue.acquire(blocking=False):
        raise LockTimeout
    try:
        _wait_for_lock(number)
    finally:
        _queue.release()


def _wait_for_lock(number: int) -> None:
    try:
        pglock.advisory(number, xact=True, side_effect=pglock.Raise).acquire()
    except OperationalError as error:
        if is_lock_timeout(error):
            raise LockTimeout from error
        raise


def try_lock(number: int) -> bool:
    """Hold an advisory lock until the transaction ends if it is free; returns whether it is held."""
    return pglock.advisory(number, xact=True, timeout=0, side_effect=pglock.Return).acquire()


@contextmanager
def wait_at_most(seconds: int) -> Iterator[None]:
    """For commands: wait up to `seconds` for each lock instead of the limit of requests. Raises LockTimeout."""
    token = _is_command.set(True)
    try:
        with pglock.timeout(dt.timedelta(seconds=seconds)):
            yield
    except OperationalError as error:
        if is_lock_timeout(error):
            raise LockTimeout from error
        raise
    finally:
        _is_command.reset(token)
