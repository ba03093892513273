"""Typed access to parsed JSON; a value of another type than documented raises ShapeError with its path."""

import re
from typing import Any

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class ShapeError(ValueError):
    """A value is not of the documented type."""

    def __init__(self, path: str, expected: str, value: Any) -> None:
        super().__init__(f"{path} should be {expected}, not {type_description(value)}")


def type_description(value: Any) -> str:
    """Return what a JSON value is, for messages."""
    if value is None:
        return "null"
    names = {
        dict: "an object",
        list: "a list",
        str: "text",
        bool: "true or false",
        int: "a number",
        float: "a number",
    }
    return names.get(type(value), type(value).__name__)


def objects(holder: dict, key: str) -> list[dict]:
    """Return a list of objects; empty for null or a missing key, as the interface omits empty lists.

    Raises ShapeError, as do the other functions.
    """
    value = holder.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ShapeError(key, "a list", value)
    for index, entry in enumerate(value):
        if not isinstance(entry, dict):
            raise ShapeError(f"{key}[{index}]", "an object", entry)
    return value


def strings(holder: dict, key: str) -> list[str]:
    """Return the non-empty texts of a list; an empty list for null or a missing key."""
    value = holder.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ShapeError(key, "a list", value)
    for index, entry in enumerate(value):
        if not isinstance(entry, str):
            raise ShapeError(f"{key}[{index}]", "text", entry)
    return [text for entry in value if (text := _storable(entry))]


def string(holder: dict, key: str) -> str:
    """Return stripped text; "" for null or a missing key. Numbers become text."""
    value = holder.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ShapeError(key, "text", value)
    return _storable(str(value))


def _storable(text: str) -> str:
    """Remove characters that JSON allows and PostgreSQL refuses: NUL and lone surrogates."""
    return UNSTORABLE.sub("", text).strip()


def flag(holder: dict, key: str) -> bool:
    """Return a boolean; False for null or a missing key."""
    value = holder.get(key)
    if value is not None and not isinstance(value, bool):
        raise ShapeError(key, "true or false", value)
    return bool(value)


def nested(holder: dict, key: str) -> dict:
    """Return an object; empty for null or a missing key."""
    value = holder.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ShapeError(key, "an object", value)
    return value
