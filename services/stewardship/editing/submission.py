"""A form for a new record that is sent once more: it makes one record, and each answer says what is true."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from organisations.core.form_idempotency import Record, new_idempotency_key, submit_once


def store_new(request: HttpRequest, write: Callable[[], Record]) -> Record:
    """Make the record unless the form was sent before; raises as `submit_once`."""
    stamped = request.POST.get("stamp", "")
    # The stamp of one form is none of another's.
    return submit_once(token=f"{request.path} {stamped}" if stamped else "", write=write)


def stamp_for(request: HttpRequest) -> str:
    """The stamp of a form that is shown; of one that was sent it stays, as nothing was made of it yet."""
    return request.POST.get("stamp") or new_idempotency_key()


def say_in_progress(request: HttpRequest) -> None:
    messages.error(
        request,
        _("You sent this a moment ago, and it is still being saved. Wait a little and send it again."),
    )


def say_removed_since(request: HttpRequest) -> None:
    messages.error(
        request, _("You sent this before, and it has been removed since. Send it again if you want it back.")
    )
