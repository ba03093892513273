"""Bounds what one network does in all workers together; a whole office may share an address."""

from allauth.core import ratelimit
from django.http import HttpRequest

# Of ACCOUNT_RATE_LIMITS: the one rate limiter of the site is django-allauth's.
HAND_OVER = "hand_over"
ANSWER = "answer_referral"


def is_below(request: HttpRequest, action: str) -> bool:
    return ratelimit.consume(request, action=action, dry_run=True)


def count(request: HttpRequest, action: str) -> None:
    ratelimit.consume(request, action=action)
