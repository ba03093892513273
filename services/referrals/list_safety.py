"""What pages of a list do for readers in danger, by the subjects of its services."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from services.content.crisis_help import crisis_numbers
from services.models import Listing, Service
from services.models.category import SafetyLevel


def needs_quick_exit(services: Collection[Service]) -> bool:
    """Whether a page with these services must leave the screen at once, and no copy on the device.

    The services are read by `with_safety`.
    """
    return _safety_level(services) >= SafetyLevel.VIOLENCE


def safety_context(services: Collection[Service], today: dt.date) -> dict[str, Any]:
    """Emergency numbers of the area, and a quick exit, if a service calls for them; two queries at most."""
    if not _safety_level(services):
        return {}
    listings = Listing.objects.filter(pk__in=[service.pk for service in services]).values_list("facets", flat=True)
    areas = {facet for facets in listings for facet in facets}
    return {
        "has_crisis_help": True,
        "crisis_numbers": crisis_numbers(today, areas),
        "quick_exit": needs_quick_exit(services),
    }


def _safety_level(services: Collection[Service]) -> int:
    return max((service.safety for service in services), default=SafetyLevel.NONE)
