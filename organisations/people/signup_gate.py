"""Sign-up is closed by default and opened for one hour, for browsers with a reason to sign up."""

import time

from django.http import HttpRequest

SIGNUP_WINDOW_SECONDS = 60 * 60
_SESSION_KEY = "may_sign_up_until"


def open_signup(request: HttpRequest) -> None:
    """Open sign-up for this session for SIGNUP_WINDOW_SECONDS."""
    request.session[_SESSION_KEY] = int(time.time()) + SIGNUP_WINDOW_SECONDS


def is_signup_open(request: HttpRequest) -> bool:
    """Whether this session may sign up now."""
    return request.session.get(_SESSION_KEY, 0) > time.time()
