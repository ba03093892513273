"""A list for a family in each of the directories; its first service has ended, so that others like it are shown."""

import datetime as dt

from django.utils import timezone

from services.actions.referral_lists import list_token
from services.models import ReferralItem, ReferralList, Service
from services.models.referral_list import hash_token
from services.models.service import ServiceQuerySet

from .options import SMALL_SERVICE_COUNT

LIST_KEY = "the-list-of-the-benchmark"
LISTED = 10


def listed_services() -> ServiceQuerySet:
    """Ten services from all over, which both directories have under the same numbers."""
    first = Service.objects.order_by("pk").values_list("pk", flat=True)[0]
    step = SMALL_SERVICE_COUNT // LISTED
    wanted = [first + step * number for number in range(LISTED)]
    return Service.objects.published().filter(pk__in=wanted).order_by("pk")


def make_list() -> None:
    """Store the list, and let its first service end, unless a kept directory has it already."""
    token_hash = hash_token(list_token(LIST_KEY))
    ends_at = timezone.now() + dt.timedelta(days=30)
    if ReferralList.objects.filter(token_hash=token_hash).update(ends_at=ends_at):
        return
    services = list(listed_services())
    referral_list = ReferralList.objects.create(token_hash=token_hash, language="fi", ends_at=ends_at)
    ReferralItem.objects.bulk_create(
        ReferralItem(referral_list=referral_list, service=service, position=position, next_step="call")
        for position, service in enumerate(services, 1)
    )
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Service.objects.filter(pk=services[0].pk).update(valid_from=None, valid_until=yesterday)
