"""Paths of the interface, and the shapes of its pages."""

from typing import Any

from .shape import ShapeError

# The three kinds of record; files of pages are named after them.
ORGANISATIONS, SERVICES, CHANNELS = PAGE_KINDS = ("organizations", "services", "servicechannels")

# List pages hold only ids and names (a thousand per page, fixed by the server); whole records are requested by id, at
# most a hundred at a time. "serviceWithGD" adds the texts of the general description of a service.
ID_PATHS = {
    ORGANISATIONS: "/api/v11/Organization",
    SERVICES: "/api/v11/Service",
    CHANNELS: "/api/v11/ServiceChannel",
}
BATCH_PATHS = {
    ORGANISATIONS: "/api/v11/Organization/list",
    SERVICES: "/api/v11/Service/serviceWithGD/list",
    CHANNELS: "/api/v11/ServiceChannel/list",
}
BATCH_SIZE = 100
NOT_FOUND_STATUS = 404
"""The response to a batch of which nothing is published any more, instead of an empty list."""


def ids_request(kind: str, page: int) -> tuple[str, dict[str, str]]:
    """Return the path and parameters of a page of ids; pages are numbered from 1."""
    return ID_PATHS[kind], {"page": str(page)}


def batch_request(kind: str, identifiers: list[str]) -> tuple[str, dict[str, str]]:
    """Return the path and parameters for whole records. Raises ValueError for more than the interface accepts."""
    if not 0 < len(identifiers) <= BATCH_SIZE:
        raise ValueError(f"a batch holds 1 to {BATCH_SIZE} identifiers, not {len(identifiers)}")
    return BATCH_PATHS[kind], {"guids": ",".join(identifiers)}


def read_ids(body: Any) -> tuple[list[str], int]:
    """Return the ids of a list page and the number of pages. Raises ShapeError."""
    identifiers = []
    for index, item in enumerate(items_of_page(body)):
        identifier = item.get("id")
        if not isinstance(identifier, str) or not identifier:
            raise ShapeError(f"itemList[{index}].id", "text", identifier)
        identifiers.append(identifier)
    return identifiers, page_count(body)


def items_of_page(body: Any) -> list[dict]:
    """Return the items of a page `{pageNumber, pageSize, pageCount, itemList}`. Raises ShapeError."""
    if not isinstance(body, dict) or "itemList" not in body:
        raise ShapeError("the page", "an object with itemList", body)
    # The interface sends an empty list as null.
    return _objects(body["itemList"] if body["itemList"] is not None else [], "itemList")


def items_of_batch(body: Any) -> list[dict]:
    """Return the items of a batch, which is a plain list. Raises ShapeError."""
    return _objects(body, "the batch")


def page_position(body: Any) -> tuple[int, int]:
    """Return the number of a page and of all pages; (1, 1) if the page does not give them. Raises ShapeError."""
    number = body.get("pageNumber", 1)
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ShapeError("pageNumber", "a page number", number)
    return number, page_count(body)


def page_count(body: dict) -> int:
    count = body.get("pageCount", 1)
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ShapeError("pageCount", "a number of pages", count)
    return count


def make_page(items: list[dict], number: int, count: int) -> dict:
    """Return a page in the form in which a folder of pages holds it."""
    return {"pageNumber": number, "pageSize": BATCH_SIZE, "pageCount": count, "itemList": items}


def _objects(value: Any, path: str) -> list[dict]:
    if not isinstance(value, list):
        raise ShapeError(path, "a list", value)
    for index, entry in enumerate(value):
        if not isinstance(entry, dict):
            raise ShapeError(f"{path}[{index}]", "an object", entry)
    return value
