"""What the family's page does for readers in danger, by the subjects of the list's services."""

import datetime as dt
from typing import Any

from services.content.crisis_help import crisis_numbers
from services.models import Listing, ReferralList
from services.models.category import SafetyLevel


def needs_quick_exit(referral_list: ReferralList) -> bool:
    """Whether the page must leave the screen at once, and no copy on the device."""
    return _safety_level(referral_list) >= SafetyLevel.VIOLENCE


def safety_context(referral_list: ReferralList, today: dt.date) -> dict[str, Any]:
    """Emergency numbers of the area, and a quick exit, if a service calls for them; two queries at most."""
    if not _safety_level(referral_list):
        return {}
    services = [item.service_id for item in referral_list.items.all() if item.service_id]
    listings = Listing.objects.filter(pk__in=services).values_list("facets", flat=True)
    areas = {facet for facets in listings for facet in facets}
    return {
        "has_crisis_help": True,
        "crisis_numbers": crisis_numbers(today, areas),
        "quick_exit": needs_quick_exit(referral_list),
    }


def _safety_level(referral_list: ReferralList) -> int:
    """The highest level of the services, which were read by `with_safety`."""
    return max((item.service.safety for item in referral_list.items.all() if item.service), default=SafetyLevel.NONE)
