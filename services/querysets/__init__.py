"""Every read of services that has a name."""

from .category import CategoryQuerySet
from .link_check import LinkCheckQuerySet, linking_to
from .listing import Asked, ListingQuerySet, carrying
from .location import Box, LocationQuerySet, Spots
from .mistake_report import MistakeReportQuerySet
from .search import SearchPhraseQuerySet, SearchTermQuerySet
from .search_log import SearchCountQuerySet
from .service import ServiceQuerySet
from .suggestion import SuggestionQuerySet
from .usage import MEASURES, UsageQuerySet, Used
from .vocabulary import ConceptLabelQuerySet, ConceptQuerySet

__all__ = [
    "MEASURES",
    "Asked",
    "Box",
    "CategoryQuerySet",
    "ConceptLabelQuerySet",
    "ConceptQuerySet",
    "LinkCheckQuerySet",
    "ListingQuerySet",
    "LocationQuerySet",
    "MistakeReportQuerySet",
    "SearchCountQuerySet",
    "SearchPhraseQuerySet",
    "SearchTermQuerySet",
    "ServiceQuerySet",
    "Spots",
    "SuggestionQuerySet",
    "UsageQuerySet",
    "Used",
    "carrying",
    "linking_to",
]
