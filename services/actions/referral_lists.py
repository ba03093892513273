"""Hand a list of services over to a family, revoke it, and delete lists that have ended."""

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.crypto import salted_hmac

from organisations.core.form_idempotency import submit_once
from organisations.models import Municipality, User
from services.models import ReferralItem, ReferralList, Service, UseKind
from services.models.referral_list import hash_token

from .count_use import recount_services

LIFETIMES_IN_DAYS = (30, 90)
MAX_SERVICES = 20
_TOKEN_BYTES = 16


@dataclass(frozen=True)
class ItemAdvice:
    """A service of a new list, and what the family reads beside it; the values are those of ReferralItem."""

    service: Service
    next_step: str
    phrases: Sequence[str] = ()
    note: str = ""


def list_token(form_key: str) -> str:
    """The secret of the list that a form makes: 128 bits in 22 characters.

    It follows from the random key of the form, so that a form sent twice leads to the same link, although only the
    hash of the secret is stored.
    """
    digest = salted_hmac("services.referral_list", form_key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:_TOKEN_BYTES]).decode().rstrip("=")


def hand_over(
    *,
    advice: Sequence[ItemAdvice],
    title: str,
    language: str,
    days: int,
    form_key: str,
    user: User | None = None,
    municipality: Municipality | None = None,
) -> ReferralList:
    """Store a list for `days` days; its link contains `list_token(form_key)`. Counts the services as listed.

    Answers are counted in the family's `municipality` if it is given, else in that of the service if it has only one.
    Raises AlreadySubmitted and SubmissionInProgress.
    """
    services = [item.service.pk for item in advice]

    def write() -> ReferralList:
        referral_list = ReferralList.objects.create(
            token_hash=hash_token(list_token(form_key)),
            title=title,
            language=language,
            made_by=user,
            ends_at=timezone.now() + dt.timedelta(days=days),
        )
        own_municipalities = {} if municipality else Service.objects.sole_municipalities(services)
        ReferralItem.objects.bulk_create(
            ReferralItem(
                referral_list=referral_list,
                service=item.service,
                position=position,
                next_step=item.next_step,
                phrases=list(item.phrases),
                note=item.note,
                municipality_id=municipality.pk if municipality else own_municipalities.get(item.service.pk),
            )
            for position, item in enumerate(advice, 1)
        )
        return referral_list

    referral_list = submit_once(key=form_key, write=write)
    recount_services(use=UseKind.LISTED, services=services, today=timezone.localdate())
    return referral_list


def revoke(*, referral_list: ReferralList) -> None:
    """Delete a list for good; its link no longer opens."""
    ReferralList.objects.filter(pk=referral_list.pk).delete()


def purge_referral_lists(*, now: dt.datetime) -> int:
    """Delete the lists that have ended; returns how many."""
    _rows, count_by_model = ReferralList.objects.ended(now).delete()
    return count_by_model.get(ReferralList._meta.label, 0)
