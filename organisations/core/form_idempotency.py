"""Create one record when a form is submitted twice, by a second click or a program.

The cache maps the key of a submitted form to its record. As the cache is a table of the same database, a rollback
removes the entry too, and the form can be submitted again.
"""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

import pglock
from django.core.cache import cache
from django.db import models, transaction
from django.utils.crypto import get_random_string

KEY_LIFETIME_SECONDS = 24 * 60 * 60
# How long a second submission waits for the first.
MAX_WAIT = dt.timedelta(seconds=5)

Record = TypeVar("Record", bound=models.Model)


class AlreadySubmitted(Exception):
    """The form was submitted before; `record` is the primary key of its record."""

    def __init__(self, record: int):
        super().__init__(record)
        self.record = record


class SubmissionInProgress(Exception):
    """The same form is being saved now; the result is not known yet."""


def new_idempotency_key() -> str:
    """A key for a hidden field that identifies a form."""
    return get_random_string(22)


@transaction.atomic
def submit_once(*, key: str, write: Callable[[], Record]) -> Record:
    """Create the record of the form with this key by `write`; a form without a key is always new.

    Raises AlreadySubmitted, and SubmissionInProgress if the first submission takes longer than MAX_WAIT.
    """
    if not key:
        return write()
    cache_key = f"once:{key[:500]}"
    if not pglock.advisory(cache_key, xact=True, timeout=MAX_WAIT).acquire():
        raise SubmissionInProgress
    if (record_pk := cache.get(cache_key)) is not None:
        raise AlreadySubmitted(record_pk)
    record = write()
    cache.set(cache_key, record.pk, KEY_LIFETIME_SECONDS)
    return record
