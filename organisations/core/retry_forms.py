"""After a lock timeout, show the submitted form again with its input, so that nothing typed is lost."""

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
    """State of a request: whether it has a form to show again, and whether the view runs again only to show it."""

    has_form: bool = False
    is_rerendering: bool = False


_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


def current_attempt() -> Attempt | None:
    """The state of the current request; None outside requests."""
    return _attempt.get()


def is_rerendering() -> bool:
    """Whether the view runs again only to show its form: it must neither lock nor write."""
    attempt = _attempt.get()
    return attempt is not None and attempt.is_rerendering


@contextmanager
def track_attempt() -> Iterator[None]:
    token = _attempt.set(Attempt())
    try:
        yield
    finally:
        _attempt.reset(token)


@contextmanager
def rerendering(attempt: Attempt) -> Iterator[None]:
    """Run the view again within this context; anything it writes nevertheless is rolled back."""
    attempt.is_rerendering = True
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        attempt.is_rerendering = False


class RetryForm(BaseForm):
    """A form whose page shows the submitted values when it is invalid, and so also after a lock timeout."""

    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any):
        super().__init__(data, *args, **kwargs)
        # Only for submitted data: some forms validate stored records.
        if isinstance(data, QueryDict) and (attempt := _attempt.get()):
            attempt.has_form = True

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and is_rerendering():
            self.add_error(None, NOT_SAVED)
