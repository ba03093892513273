"""Careful access to parsed JSON: a value of another type than promised is named, not stumbled over."""

import re
from typing import Any

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class ShapeError(ValueError):
    """A value is not of the type that the interface promises."""

    def __init__(self, path: str, expected: str, found: Any) -> None:
        super().__init__(f"{path} should be {expected}, not {type_description(found)}")


def type_description(value: Any) -> str:
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
    """A list of objects; null or nothing is an empty list, which is how the interface leaves lists out."""
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
    """Text without white space around it; null or nothing is empty. Numbers are taken as written."""
    value = holder.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ShapeError(key, "text", value)
    return _storable(str(value))


def _storable(text: str) -> str:
    """Without what JSON can spell and no database can keep: NUL and halves of surrogate pairs."""
    return UNSTORABLE.sub("", text).strip()


def flag(holder: dict, key: str) -> bool:
    value = holder.get(key)
    if value is not None and not isinstance(value, bool):
        raise ShapeError(key, "true or false", value)
    return bool(value)


def nested(holder: dict, key: str) -> dict:
    """An object; null or nothing is an empty one."""
    value = holder.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ShapeError(key, "an object", value)
    return value
