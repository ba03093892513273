"""The PTV open API, version 11: addresses, page shapes, JSON keys, and types with their meaning.

No module outside this package uses a key or value of the interface, and none inside uses Django. Version 12 will be a
package beside this one with the same exported names.

Sources: the published description of the interface (swagger/v11/swagger.json of api.palvelutietovaranto.suomi.fi), its
source code (github.com/vrk-kpa/ptv-releases) and real responses.
"""

from .channels import read_channel
from .organisations import listed_services, read_organisation
from .pages import (
    BATCH_SIZE,
    NOT_FOUND_STATUS,
    PAGE_KINDS,
    batch_request,
    ids_request,
    items_of_batch,
    items_of_page,
    make_page,
    page_position,
    read_ids,
)
from .reading_context import ReadingContext
from .services import read_service
from .shape import ShapeError

__all__ = [
    "BATCH_SIZE",
    "NOT_FOUND_STATUS",
    "PAGE_KINDS",
    "ReadingContext",
    "ShapeError",
    "batch_request",
    "ids_request",
    "items_of_batch",
    "items_of_page",
    "listed_services",
    "make_page",
    "page_position",
    "read_channel",
    "read_ids",
    "read_organisation",
    "read_service",
]
