"""A form that is sent twice, by a second click or a program, is understood once."""

from django.core.cache import cache
from django.utils.crypto import get_random_string

KEPT = 24 * 60 * 60  # seconds


def stamp() -> str:
    """What a form carries so that it is known again."""
    return get_random_string(22)


def is_first_use(stamped: str) -> bool:
    return cache.add(_key(stamped), None, KEPT)


def became(stamped: str, record: int) -> None:
    """Note what was made of the form."""
    cache.set(_key(stamped), record, KEPT)


def what_became(stamped: str) -> int | None:
    """The number of what was made of the form before; None while it is being made."""
    return cache.get(_key(stamped))


def _key(stamped: str) -> str:
    return f"once:{stamped[:200]}"
