"""A form that is sent twice, by a second click or a program, is stored once.

What became of a form lies in the cache, which is a table of the same database: it is written in the transaction of the
record, so that a rollback leaves the form free to be sent again.
"""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

import pglock
from django.core.cache import cache
from django.db import models, transaction
from django.utils.crypto import get_random_string

KEY_LIFETIME_SECONDS = 24 * 60 * 60  # seconds
# A second click waits so long for what the first one stores.
WAIT = dt.timedelta(seconds=5)

Record = TypeVar("Record", bound=models.Model)


class AlreadySubmitted(Exception):
    """The form was stored before; `record` is the number of what was made of it."""

    def __init__(self, record: int):
        super().__init__(record)
        self.record = record


class SubmissionInProgress(Exception):
    """The same form is being stored at the moment, and whether that succeeds is not known yet."""


def new_idempotency_key() -> str:
    """What a form carries so that it is known again."""
    return get_random_string(22)


@transaction.atomic
def submit_once(*, token: str, write: Callable[[], Record]) -> Record:
    """Make a record of the form with this token; a form without a token is always new.

    Raises AlreadySubmitted, and SubmissionInProgress where the first one is not stored within `WAIT`.
    """
    if not token:
        return write()
    key = f"once:{token[:500]}"
    if not pglock.advisory(key, xact=True, timeout=WAIT).acquire():
        raise SubmissionInProgress
    if (stored := cache.get(key)) is not None:
        raise AlreadySubmitted(stored)
    record = write()
    cache.set(key, record.pk, KEY_LIFETIME_SECONDS)
    return record
