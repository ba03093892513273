"""The services of a form in the order that its buttons "earlier", "later", "remove" and "add" give them."""

from collections.abc import Sequence

from django.http import QueryDict

from services.models import Service
from services.models.service import ServiceQuerySet


def service_ids(query: QueryDict) -> list[int]:
    """The ids in `s`, in that order, after the move that `move` asks for: "12-up", "13-in"."""
    ids = list(dict.fromkeys(int(pk) for pk in query.getlist("s") if _is_id(pk)))
    moved, _dash, direction = query.get("move", "").partition("-")
    if not _is_id(moved):
        return ids
    pk = int(moved)
    if direction == "in":
        ids = list(dict.fromkeys([*ids, pk]))
    elif direction in ("up", "down", "out") and pk in ids:
        position = ids.index(pk)
        ids.pop(position)
        if direction != "out":
            ids.insert(max(0, position - 1) if direction == "up" else position + 1, pk)
    return ids


def services_in_order(services: ServiceQuerySet, ids: Sequence[int]) -> list[Service]:
    """Those of the services that exist, in the order of the ids."""
    by_id = services.in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
