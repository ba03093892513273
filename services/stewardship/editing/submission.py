"""Idempotent creation: a form that is submitted twice creates one record."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from organisations.core.form_idempotency import Record, new_idempotency_key, submit_once


def store_new(request: HttpRequest, write: Callable[[], Record]) -> Record:
    """Create the record unless the form was submitted before; raises as `submit_once`."""
    stamp = request.POST.get("stamp", "")
    # Stamps are valid for one form only, hence the path.
    return submit_once(key=f"{request.path} {stamp}" if stamp else "", write=write)


def stamp_for(request: HttpRequest) -> str:
    """The stamp for rendering a form. A resubmitted form keeps its stamp, as no record was created yet."""
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
