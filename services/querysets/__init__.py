"""Every read of services that has a name."""

from .category import CategoryQuerySet
from .listing import Asked, ListingQuerySet, carrying
from .search import SearchPhraseQuerySet, SearchTermQuerySet
from .search_log import SearchCountQuerySet
from .service import LocationQuerySet, ServiceQuerySet
from .suggestion import SuggestionQuerySet
from .vocabulary import ConceptLabelQuerySet, ConceptQuerySet

__all__ = [
    "Asked",
    "CategoryQuerySet",
    "ConceptLabelQuerySet",
    "ConceptQuerySet",
    "ListingQuerySet",
    "LocationQuerySet",
    "SearchCountQuerySet",
    "SearchPhraseQuerySet",
    "SearchTermQuerySet",
    "ServiceQuerySet",
    "SuggestionQuerySet",
    "carrying",
]
