"""Who may open an account: sign-up is closed, but for an hour to those who have a reason to come in."""

import time

from django.http import HttpRequest

SECONDS = 60 * 60
_KEY = "may_sign_up_until"


def let_in(request: HttpRequest) -> None:
    """Open sign-up to this browser for an hour."""
    request.session[_KEY] = int(time.time()) + SECONDS


def is_welcome(request: HttpRequest) -> bool:
    return request.session.get(_KEY, 0) > time.time()
