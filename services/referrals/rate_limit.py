"""Bounds how many lists one network makes; a whole office may share an address."""

from allauth.core import ratelimit
from django.http import HttpRequest

# Of ACCOUNT_RATE_LIMITS: the one rate limiter of the site is django-allauth's.
_ACTION = "hand_over"


def is_below(request: HttpRequest) -> bool:
    return ratelimit.consume(request, action=_ACTION, dry_run=True)


def count(request: HttpRequest) -> None:
    ratelimit.consume(request, action=_ACTION)
