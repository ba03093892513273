"""Detect form-filling robots without third parties and without storing personal data."""

from enum import Enum, auto

from allauth.core import ratelimit
from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import get_random_string

# People need more than the minimum; after the maximum the form must be submitted again.
MIN_FORM_AGE, MAX_FORM_AGE = 3, 24 * 60 * 60  # seconds
# The key in ACCOUNT_RATE_LIMITS, as the site uses the rate limiter of django-allauth.
RATE_LIMIT = "report_mistake"
_signer = signing.TimestampSigner(salt="services.reporting")


class FormAge(Enum):
    """The time since a form was opened, by its signed opening time."""

    UNKNOWN = auto()
    """The signature is invalid."""
    TOO_YOUNG = auto()
    TOO_OLD = auto()
    ACCEPTED = auto()


def sign_opening_time() -> str:
    """The current time, signed, for a hidden form field; each value is unique."""
    return _signer.sign(get_random_string(8))


def form_age(signed: str) -> FormAge:
    if not _is_signed_within(signed, None):
        return FormAge.UNKNOWN
    if not _is_signed_within(signed, MAX_FORM_AGE):
        return FormAge.TOO_OLD
    return FormAge.TOO_YOUNG if _is_signed_within(signed, MIN_FORM_AGE) else FormAge.ACCEPTED


def _is_signed_within(signed: str, seconds: int | None) -> bool:
    try:
        _signer.unsign(signed, max_age=seconds)
    except signing.BadSignature:
        return False
    return True


def is_below_rate_limit(request: HttpRequest) -> bool:
    """Whether the client's network may send another report."""
    return ratelimit.consume(request, action=RATE_LIMIT, dry_run=True)


def count_report(request: HttpRequest) -> None:
    ratelimit.consume(request, action=RATE_LIMIT)
