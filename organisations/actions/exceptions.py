"""Exceptions of actions, with a message for the user."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class ActionRefused(Exception):
    """A domain rule forbids the action.

    `message` is a lazy translation; `field` is the form field it concerns.
    """

    def __init__(self, message: "StrOrPromise", *, field: str | None = None):
        super().__init__(message)
        self.message, self.field = message, field
