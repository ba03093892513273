"""The family's page without a network: a copy on the device that opened it, kept by a small worker of its own.

The worker of the site would fetch pages of the site onto the family's phone. This one, for addresses below /o/, keeps
what has the header `Offline-Copy`, until the moment in `Offline-Copy-Until`. It deletes the copies of a list when the
server says that there is no such list, or sends its page without the header; a copy that the family asked for with
`?keep=1` only on `?keep=0`.
"""

import datetime as dt
import re
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.template import Engine
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from organisations.core.offline_copies import OFFLINE_HEADER, OFFLINE_HEADER_VALUE
from services.models import ReferralList

from .list_safety import needs_quick_exit

WORKER_TEMPLATE = "services/referrals/family_worker.js"
END_HEADER = "Offline-Copy-Until"
ASKED_VALUE = "asked"


def copy_permission(referral_list: ReferralList, *, is_asked: bool) -> str:
    """Whether a device may keep the page: the value of `Offline-Copy`, or "" for no.

    A page about violence, which somebody else may find on the device, is kept only if the family asks for it. Without a
    copy there is no worker either, and browsers store nothing.
    """
    if not needs_quick_exit(referral_list.services):
        return OFFLINE_HEADER_VALUE
    return ASKED_VALUE if is_asked else ""


def set_copy_headers(response: HttpResponse, permission: str, ends_at: dt.datetime | None) -> None:
    """Say who may store the page of a list until it ends, by its `copy_permission`."""
    response["Cache-Control"] = "private, no-cache" if permission else "private, no-store"
    if permission and ends_at:
        response[OFFLINE_HEADER] = permission
        response[END_HEADER] = ends_at.isoformat(timespec="seconds")


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The worker, at /o/ because its path limits the pages it can control."""
    return HttpResponse(_worker_script(), content_type="text/javascript; charset=utf-8")


@cache
def _worker_script() -> str:
    # Without comments, as it is part of a visit on a slow network.
    return re.sub(r"(?m)^\s*//.*\n", "", Engine.get_default().get_template(WORKER_TEMPLATE).source)
