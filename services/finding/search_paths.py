"""Service paths of the life situations that a search is about."""

from django.db.models import Q

from services.models import Scheme, ServicePath
from services.models.service_path import ServicePathQuerySet

from .filters import SCHEMES, Filters

MAX_PATHS = 2


def search_paths(filters: Filters) -> ServicePathQuerySet:
    """The published paths of the search's life situations in its area. One query, none without a life situation."""
    reference_data = filters.reference_data
    by_id, tree = reference_data.categories_by_id(), reference_data.tree
    selected = [reference_data.categories[code].pk for scheme in SCHEMES for code in filters.values.get(scheme, ())]
    suggested = [guess.category for guess in filters.plan.categories if guess.category in by_id]
    lineage = {pk for category in (*selected, *suggested) for pk in tree.lineage(category)}
    situations = {pk for pk in lineage if by_id[pk].scheme == Scheme.LIFE_SITUATION}
    if not situations:
        return ServicePath.objects.none()
    # Paths may still refer to categories that were merged into these.
    merged = {pk for pk in tree.dependents(situations) if tree.current(pk) in situations}
    paths = ServicePath.objects.published().filter(category__in=situations | merged)
    if filters.area:
        dimension, code = filters.area
        counties = {"county": Q(county=code), "municipality": Q(county__municipalities=code)}
        paths = paths.filter(Q(county=None) | counties[dimension])
    return paths.alphabetical()[:MAX_PATHS]
