"""A form that is sent twice, by a second click or a program, is understood once."""

from django.core.cache import cache
from django.utils.crypto import get_random_string

KEY_LIFETIME_SECONDS = 24 * 60 * 60  # seconds


def new_idempotency_key() -> str:
    """What a form carries so that it is known again."""
    return get_random_string(22)


def reserve_idempotency_key(stamped: str) -> bool:
    return cache.add(_cache_key(stamped), None, KEY_LIFETIME_SECONDS)


def store_result(stamped: str, record: int) -> None:
    """Note what was made of the form."""
    cache.set(_cache_key(stamped), record, KEY_LIFETIME_SECONDS)


def stored_result(stamped: str) -> int | None:
    """The number of what was made of the form before; None while it is being made."""
    return cache.get(_cache_key(stamped))


def _cache_key(stamped: str) -> str:
    return f"once:{stamped[:200]}"
