"""What is offered, found and shared."""

from .category import Category, ExternalCode, Scheme, Synonym
from .import_run import ImportRun
from .listing import Listing, SearchText
from .location import LocationPhone, LocationReference, ServiceLocation
from .schedule import Schedule, ScheduleException
from .service import Service, ServicePhone, ServiceReference

__all__ = [
    "Category",
    "ExternalCode",
    "ImportRun",
    "Listing",
    "LocationPhone",
    "LocationReference",
    "Schedule",
    "ScheduleException",
    "Scheme",
    "SearchText",
    "Service",
    "ServiceLocation",
    "ServicePhone",
    "ServiceReference",
    "Synonym",
]
