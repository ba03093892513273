"""Whether a search is about danger, by the categories that it selects or that its words suggest."""

import datetime as dt
from typing import Any

from services.content.crisis_help import crisis_numbers
from services.models.category import SafetyLevel
from services.search.facets import NATIONWIDE

from .filters import SCHEMES, Filters


def search_safety(filters: Filters) -> int:
    """Return the highest safety level of the search's categories and those above them. No queries beyond the plan.

    Of a selected category those below count, too: a theme is searched with all its subjects.
    """
    reference_data = filters.reference_data
    by_id, tree = reference_data.categories_by_id(), reference_data.tree
    selected = [reference_data.categories[code].pk for scheme in SCHEMES for code in filters.values.get(scheme, ())]
    suggested = [guess.category for guess in filters.plan.categories if guess.category in by_id]
    ids = {pk for category in (*selected, *suggested) for pk in tree.lineage(category)}
    ids |= tree.dependents(selected) & by_id.keys()
    return max((by_id[pk].safety for pk in ids), default=SafetyLevel.NONE)


def safety_context(filters: Filters, total: int, today: dt.date) -> dict[str, Any]:
    """The emergency numbers that lead the results, and whether the page has a quick exit; one query at most.

    Without results the numbers are shown, too: who finds nothing may still be in danger.
    """
    safety = search_safety(filters)
    if not safety and total:
        return {}
    area = [filters.area_token, NATIONWIDE] if filters.area else None
    return {
        "has_crisis_help": True,
        "crisis_numbers": crisis_numbers(today, area),
        "quick_exit": safety >= SafetyLevel.VIOLENCE,
    }
