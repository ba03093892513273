"""Tells people from programs that fill in every form they find, without asking anybody else and keeping no trace."""

import ipaddress
import time

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import get_random_string, salted_hmac

# Nobody reads and fills in the form faster; a form that lay open for longer is asked for again.
MIN_FORM_AGE, MAX_FORM_AGE = 3, 24 * 60 * 60  # seconds
# Reports of one address in an hour. A whole office may share the address.
MAX_REPORTS, RATE_LIMIT_PERIOD = 10, 60 * 60
_SALT = "services.reporting"
now = time.time


def sign_opening_time() -> str:
    """What a form carries to tell when it was opened."""
    return _signer().sign_object([int(now()), get_random_string(8)])


def form_age(stamped: str) -> float | None:
    """How many seconds ago the form was opened; None where the stamp is none of ours."""
    try:
        opened, _random = _signer().unsign_object(stamped)
    except (signing.BadSignature, ValueError):
        return None
    return now() - opened


def is_below_rate_limit(request: HttpRequest) -> bool:
    """Whether the address has sent fewer reports within the last hour than an office would."""
    return len(cache.get_many(_rate_limit_keys(request))) < MAX_REPORTS


def count_report(request: HttpRequest) -> None:
    """One more report of the address: it takes a free place, which is free again after an hour.

    Workers share the places, and only one of them can take each.
    """
    any(cache.add(place, 1, RATE_LIMIT_PERIOD) for place in _rate_limit_keys(request))


def _rate_limit_keys(request: HttpRequest) -> list[str]:
    key = _cache_key("sender", _client_network(request))
    return [f"{key}:{n}" for n in range(MAX_REPORTS)]


def _signer() -> signing.Signer:
    return signing.Signer(salt=_SALT)


def _cache_key(kind: str, value: str) -> str:
    """The cache holds a hash that only this site's secret can make: no address can be read from it."""
    return f"reports:{kind}:{salted_hmac(_SALT, value, algorithm='sha256').hexdigest()}"


def _client_network(request: HttpRequest) -> str:
    """The reader's address; of IPv6 the network, since a single person has billions of addresses."""
    found = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS:
        # Behind the proxy that ends TLS all come from it; what it adds itself stands last.
        found = request.headers.get("X-Forwarded-For", found).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and not address.ipv4_mapped:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)
