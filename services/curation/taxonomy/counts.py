"""How much hangs on each category: services, organisations and words, with everything below it."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone

from services.models import Category, Listing, Synonym
from services.models.category_tree import CategoryTree
from services.models.listing import FacetSearch
from services.search.facets import token


@dataclass(frozen=True)
class CategoryCounts:
    services: int
    organisations: int
    words: int


def category_counts(categories: list[Category], tree: CategoryTree) -> dict[int, CategoryCounts]:
    """Return the counts by id: services on offer and organisations including those below, own active words.

    Three statements, whatever the number of categories.
    """
    services = Listing.objects.facet_counts(FacetSearch({}, timezone.localdate(), None, None, frozenset()))
    words = dict(Synonym.objects.filter(is_active=True).order_by().values_list("category").annotate(total=Count("pk")))
    organisations: dict[int, set[int]] = defaultdict(set)
    for category, organisation in Category.organisations.through.objects.values_list("category", "organisation"):
        for pk in tree.lineage(category):
            organisations[pk].add(organisation)
    return {
        category.pk: CategoryCounts(
            services=services.get(token(category.scheme, category.code), 0),
            organisations=len(organisations[category.pk]),
            words=words.get(category.pk, 0),
        )
        for category in categories
    }
