"""The family's page without a network: a copy on the device that opened it, kept by a small worker of its own.

The worker of the site would fetch pages of the site onto the family's phone. This one, for addresses below /o/, keeps
what has the header `Offline-Copy`, until the moment in `Offline-Copy-Until`. It deletes the copies of a list when the
server says that there is no such list, or sends its page without the header.
"""

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


def may_keep_copy(referral_list: ReferralList) -> bool:
    """Whether a device may keep the page: not one about violence, which somebody else may find.

    Without a copy there is no worker either, and browsers store nothing.
    """
    return not needs_quick_exit(referral_list.services)


def set_copy_headers(response: HttpResponse, referral_list: ReferralList | None) -> None:
    """Say who may store the page; `referral_list` is None if there is none."""
    if referral_list is None or may_keep_copy(referral_list):
        response["Cache-Control"] = "private, no-cache"
    else:
        response["Cache-Control"] = "private, no-store"
    if referral_list is not None and may_keep_copy(referral_list):
        response[OFFLINE_HEADER] = OFFLINE_HEADER_VALUE
        response[END_HEADER] = referral_list.ends_at.isoformat(timespec="seconds")


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The worker, at /o/ because its path limits the pages it can control."""
    return HttpResponse(_worker_script(), content_type="text/javascript; charset=utf-8")


@cache
def _worker_script() -> str:
    # Without comments, as it is part of a visit on a slow network.
    return re.sub(r"(?m)^\s*//.*\n", "", Engine.get_default().get_template(WORKER_TEMPLATE).source)
