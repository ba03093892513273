"""Detect form-filling robots without third parties and without storing personal data."""

from enum import Enum

from allauth.core import ratelimit
from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import get_random_string

# People need more than the minimum; after the maximum the form must be submitted again.
MIN_FORM_AGE, MAX_FORM_AGE = 3, 24 * 60 * 60  # seconds
# Of ACCOUNT_RATE_LIMITS: the one rate limiter of the site is django-allauth's.
RATE_LIMIT = "report_mistake"
_signer = signing.TimestampSigner(salt="services.reporting")


class FormAge(Enum):
    """What the signed opening time of a form says."""

    UNKNOWN = "the signature is not ours"
    TOO_YOUNG = "filled in faster than people do"
    TOO_OLD = "open for too long"
    FINE = "as people do it"


def sign_opening_time() -> str:
    """A signed timestamp of now, for a hidden form field; no two are alike."""
    return _signer.sign(get_random_string(8))


def form_age(signed: str) -> FormAge:
    if not _is_signed_within(signed, None):
        return FormAge.UNKNOWN
    if not _is_signed_within(signed, MAX_FORM_AGE):
        return FormAge.TOO_OLD
    return FormAge.TOO_YOUNG if _is_signed_within(signed, MIN_FORM_AGE) else FormAge.FINE


def _is_signed_within(signed: str, seconds: int | None) -> bool:
    try:
        _signer.unsign(signed, max_age=seconds)
    except signing.BadSignature:
        return False
    return True


def is_below_rate_limit(request: HttpRequest) -> bool:
    """Whether the network of the client may send one more report."""
    return ratelimit.consume(request, action=RATE_LIMIT, dry_run=True)


def count_report(request: HttpRequest) -> None:
    ratelimit.consume(request, action=RATE_LIMIT)
