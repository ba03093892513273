"""The lists that were handed over from this device: their secrets lie in a cookie, since the server keeps only hashes.

Whoever holds the secret can show the link again and revoke the list, without a login.
"""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from services.actions.referral_lists import LIFETIMES_IN_DAYS

COOKIE = "given"
# The oldest lists drop out; they still end by themselves.
MAX_LISTS = 12
_TOKEN = re.compile(r"[\w-]{22}", re.ASCII)


def tokens_of(request: HttpRequest) -> list[str]:
    """The secrets of this device's lists, the newest first; nothing of a cookie that was tampered with."""
    return _TOKEN.findall(request.COOKIES.get(COOKIE, ""))[:MAX_LISTS]


def remember(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Add a list to the device."""
    tokens = [token, *(other for other in tokens_of(request) if other != token)][:MAX_LISTS]
    _set(response, tokens)


def forget(request: HttpRequest, response: HttpResponse, token: str | None = None) -> None:
    """Remove a list from the device; all without a token."""
    tokens = [other for other in tokens_of(request) if other != token] if token else []
    if tokens:
        _set(response, tokens)
    else:
        response.delete_cookie(COOKIE)


def _set(response: HttpResponse, tokens: list[str]) -> None:
    response.set_cookie(
        COOKIE,
        ".".join(tokens),
        max_age=max(LIFETIMES_IN_DAYS) * 24 * 60 * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
