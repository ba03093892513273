"""Models of services, of search, and of work on records."""

from .category import Category, ExternalCode, Scheme, Synonym
from .change import Change
from .draft import CategoryProposal, Draft
from .import_run import ImportRun
from .link_check import LinkCheck
from .list_template import ListTemplate, TemplateItem
from .listing import FacetBits, Listing
from .location import LocationPhone, LocationReference, ServiceLocation
from .mistake_report import MistakeReport
from .referral_answer import AnswerCount, Obstacle, Outcome
from .referral_list import ReferralItem, ReferralList
from .reminder import Reminder
from .saved_search import SavedSearch, SearchNews
from .schedule import Schedule, ScheduleException
from .search import CategoryFit, CategoryTerm, SearchPhrase, SearchPhraseTerm, SearchPosting, SearchTerm
from .search_log import SearchCount
from .service import Service, ServicePhone, ServiceReference
from .service_path import PathStep, PathStepService, ServicePath
from .suggestion import Suggestion
from .usage import UsageCount, UseKind
from .vocabulary import Concept, ConceptLabel, ConceptPhrase, ConceptPhraseTerm, ConceptTerm

__all__ = [
    "AnswerCount",
    "Category",
    "CategoryFit",
    "CategoryProposal",
    "CategoryTerm",
    "Change",
    "Concept",
    "ConceptLabel",
    "ConceptPhrase",
    "ConceptPhraseTerm",
    "ConceptTerm",
    "Draft",
    "ExternalCode",
    "FacetBits",
    "ImportRun",
    "LinkCheck",
    "ListTemplate",
    "Listing",
    "LocationPhone",
    "LocationReference",
    "MistakeReport",
    "Obstacle",
    "Outcome",
    "PathStep",
    "PathStepService",
    "ReferralItem",
    "ReferralList",
    "Reminder",
    "SavedSearch",
    "Schedule",
    "ScheduleException",
    "Scheme",
    "SearchCount",
    "SearchNews",
    "SearchPhrase",
    "SearchPhraseTerm",
    "SearchPosting",
    "SearchTerm",
    "Service",
    "ServiceLocation",
    "ServicePath",
    "ServicePhone",
    "ServiceReference",
    "Suggestion",
    "Synonym",
    "TemplateItem",
    "UsageCount",
    "UseKind",
]
