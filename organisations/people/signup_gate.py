"""Who may open an account: sign-up is closed, but for an hour to those who have a reason to come in."""

import time

from django.http import HttpRequest

SIGNUP_WINDOW_SECONDS = 60 * 60
_SESSION_KEY = "may_sign_up_until"


def open_signup(request: HttpRequest) -> None:
    """Open sign-up to this browser for an hour."""
    request.session[_SESSION_KEY] = int(time.time()) + SIGNUP_WINDOW_SECONDS


def is_signup_open(request: HttpRequest) -> bool:
    return request.session.get(_SESSION_KEY, 0) > time.time()
