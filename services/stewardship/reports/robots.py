"""Detect form-filling robots without third parties and without storing personal data."""

import ipaddress
import time

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import get_random_string, salted_hmac

# People need at least the minimum; after the maximum the form must be submitted again.
MIN_FORM_AGE, MAX_FORM_AGE = 3, 24 * 60 * 60  # seconds
# Reports per address and period in seconds. A whole office may share an address.
MAX_REPORTS, RATE_LIMIT_PERIOD = 10, 60 * 60
_SALT = "services.reporting"
now = time.time


def sign_opening_time() -> str:
    """A signed timestamp of now, for a hidden form field."""
    return _signer().sign_object([int(now()), get_random_string(8)])


def form_age(stamped: str) -> float | None:
    """Seconds since the form was opened; None if the signature is invalid."""
    try:
        opened, _random = _signer().unsign_object(stamped)
    except (signing.BadSignature, ValueError):
        return None
    return now() - opened


def is_below_rate_limit(request: HttpRequest) -> bool:
    """Whether the client has sent fewer than MAX_REPORTS within RATE_LIMIT_PERIOD."""
    return len(cache.get_many(_rate_limit_keys(request))) < MAX_REPORTS


def count_report(request: HttpRequest) -> None:
    """Count a report: take a free cache slot, which expires after RATE_LIMIT_PERIOD.

    `cache.add` is atomic, so concurrent workers cannot take the same slot.
    """
    any(cache.add(key, 1, RATE_LIMIT_PERIOD) for key in _rate_limit_keys(request))


def _rate_limit_keys(request: HttpRequest) -> list[str]:
    key = _cache_key("sender", _client_network(request))
    return [f"{key}:{n}" for n in range(MAX_REPORTS)]


def _signer() -> signing.Signer:
    return signing.Signer(salt=_SALT)


def _cache_key(kind: str, value: str) -> str:
    """A key with a keyed hash, so that addresses cannot be read from the cache."""
    return f"reports:{kind}:{salted_hmac(_SALT, value, algorithm='sha256').hexdigest()}"


def _client_network(request: HttpRequest) -> str:
    """The client's IPv4 address, or its IPv6 /64 network, since one client can use all addresses of it."""
    text = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS:
        # REMOTE_ADDR is the TLS proxy; the client address it appends is the last one in the header.
        text = request.headers.get("X-Forwarded-For", text).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and not address.ipv4_mapped:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)
