"""What actions raise when the house's rules forbid something; the message is for the person who asked."""


class ActionRefused(Exception):
    """`message` is translated when it is shown; `field` names the field of the form that it concerns."""

    def __init__(self, message, *, field: str | None = None):
        super().__init__(message)
        self.message, self.field = message, field
