"""Exceptions of actions, with a message for the user."""

from django.utils.functional import Promise


class ActionRefused(Exception):
    """A domain rule forbids the action.

    `message` is a lazy translation; `field` is the form field it concerns.
    """

    def __init__(self, message: str | Promise, *, field: str | None = None):
        super().__init__(message)
        self.message, self.field = message, field
