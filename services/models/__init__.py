"""What is offered, found and shared."""

from .category import Category, ExternalCode, Scheme, Synonym
from .import_run import ImportRun
from .listing import FacetBits, Listing
from .location import LocationPhone, LocationReference, ServiceLocation
from .schedule import Schedule, ScheduleException
from .search import CategoryFit, CategoryTerm, SearchPhrase, SearchPhraseTerm, SearchPosting, SearchTerm
from .service import Service, ServicePhone, ServiceReference

__all__ = [
    "Category",
    "CategoryFit",
    "CategoryTerm",
    "ExternalCode",
    "FacetBits",
    "ImportRun",
    "Listing",
    "LocationPhone",
    "LocationReference",
    "Schedule",
    "ScheduleException",
    "Scheme",
    "SearchPhrase",
    "SearchPhraseTerm",
    "SearchPosting",
    "SearchTerm",
    "Service",
    "ServiceLocation",
    "ServicePhone",
    "ServiceReference",
    "Synonym",
]
