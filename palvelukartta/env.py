"""Typed environment variables: a misspelt or malformed one is an error at start, never a silent default.

An empty value counts as unset, because compose files pass `NAME=${NAME:-}` for unset variables.
Uses only the standard library, as settings read the environment before Django is loaded.
"""

import os
import re
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

PREFIX = "PALVELUKARTTA_"

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>.]+(?:\.[^@\s<>.]+)+")
# Default of required variables.
REQUIRED = object()
_known_variables: set[str] = set()


class EnvironmentVariableError(Exception):
    """A variable is missing, malformed or unknown; the message is one line for the operator."""


def text(name: str, *, default: Any = REQUIRED) -> Any:
    """The value as it is. Without a default the variable must be set."""
    value = _raw(name)
    return _default(name, default) if value is None else value


def boolean(name: str, *, default: Any = REQUIRED) -> Any:
    """True for 1, true, yes, on; False for 0, false, no, off; anything else is an error."""
    value = _raw(name)
    if value is None:
        return _default(name, default)
    word = value.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise EnvironmentVariableError(f"{name} must be true or false, not {value!r}.")


def integer(name: str, *, default: Any = REQUIRED, minimum: int | None = None, maximum: int | None = None) -> Any:
    """A whole number within the inclusive limits."""
    value = _raw(name)
    if value is None:
        return _default(name, default)
    try:
        number = int(value)
    except ValueError:
        raise EnvironmentVariableError(f"{name} must be a whole number, not {value!r}.") from None
    if minimum is not None and number < minimum:
        raise EnvironmentVariableError(f"{name} must be at least {minimum}, not {number}.")
    if maximum is not None and number > maximum:
        raise EnvironmentVariableError(f"{name} must be at most {maximum}, not {number}.")
    return number


def string_list(name: str, *, default: Any = REQUIRED) -> Any:
    """A comma-separated list with items stripped; an empty item (`a,,b`) is an error."""
    value = _raw(name)
    if value is None:
        return _default(name, default)
    items = [item.strip() for item in value.split(",")]
    if not all(items):
        raise EnvironmentVariableError(f"{name} has an empty item: {value!r}.")
    return items


def url(name: str, *, default: Any = REQUIRED, schemes: tuple[str, ...] = ("https", "http")) -> Any:
    """An absolute URL with one of the schemes. Errors omit the value, which may contain a password."""
    value = _raw(name)
    if value is None:
        return _default(name, default)
    try:
        parts = urlsplit(value)
        valid = parts.scheme in schemes and (parts.netloc or parts.path.strip("/") or parts.query)
        _ = parts.port  # raises ValueError for a malformed port
    except ValueError as problem:
        raise EnvironmentVariableError(f"{name} is not a valid URL: {problem}.") from None
    if not valid or "://" not in value:
        raise EnvironmentVariableError(
            f"{name} must be a URL that begins with {' or '.join(f'{s}://' for s in schemes)}."
        )
    return value


def tile_url(name: str, *, default: Any = REQUIRED) -> Any:
    """A map tile URL with {z}, {x} and {y}, and without placeholders in the host."""
    value = url(name, default=default)
    if not value or value == default:
        return value
    if not all(part in value for part in ("{z}", "{x}", "{y}")) or "{" in origin(value):
        raise EnvironmentVariableError(f"{name} must hold {{z}}, {{x}} and {{y}}, and none of them in the host.")
    return value


def origin(address: str) -> str:
    """Scheme, host and port of a URL; empty for an empty URL."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""


def email(name: str, *, default: Any = REQUIRED) -> Any:
    """An e-mail address, checked by its form only."""
    value = _raw(name)
    if value is None:
        return _default(name, default)
    if not _EMAIL.fullmatch(value):
        raise EnvironmentVariableError(f"{name} must be an e-mail address, not {value!r}.")
    return value


def reject_unknown() -> None:
    """Raise for a set variable with the project's prefix that was not read; call after all reads."""
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in _known_variables)
    if not unknown:
        return
    known = sorted(name for name in _known_variables if name.startswith(PREFIX))
    nearest = get_close_matches(unknown[0], known, n=1, cutoff=0)
    hint = f" Did you mean {nearest[0]}?" if nearest else ""
    raise EnvironmentVariableError(f"Unknown environment variable {unknown[0]}.{hint}")


def _raw(name: str) -> str | None:
    _known_variables.add(name)
    return os.environ.get(name) or None


def _default(name: str, default: Any) -> Any:
    if default is REQUIRED:
        raise EnvironmentVariableError(f"{name} must be set.")
    return default
