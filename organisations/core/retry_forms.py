"""Answer a form anew, as it was sent, where its changes could not be made in time: nothing that was typed is lost."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.forms import BaseForm
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

NOT_SAVED = _(
    "Another change is being saved just now, so nothing of yours was saved. What you wrote is still here: wait a "
    "moment and try again."
)


@dataclass
class Attempt:
    """A request; whether one of its forms can show what was sent; whether it is answered anew and must not write."""

    has_form: bool = False
    is_refused: bool = False


_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


def is_refused() -> bool:
    """Whether the request is answered anew: its form is shown, and nothing is locked or written."""
    attempt = _attempt.get()
    return attempt is not None and attempt.is_refused


@contextmanager
def attempted() -> Iterator[Attempt]:
    attempt = Attempt()
    token = _attempt.set(attempt)
    try:
        yield attempt
    finally:
        _attempt.reset(token)


@contextmanager
def refused(attempt: Attempt) -> Iterator[None]:
    """Answer anew; whatever is written inside all the same is taken back."""
    attempt.is_refused = True
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        attempt.is_refused = False


class RetryForm(BaseForm):
    """For a form whose page shows what was sent when it is invalid: it comes back so after a lock timeout."""

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any):
        super().__init__(data, *args, **kwargs)
        # Not where a record is checked as it is stored.
        if isinstance(data, QueryDict) and (attempt := _attempt.get()):
            attempt.has_form = True

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and is_refused():
            self.add_error(None, NOT_SAVED)
