"""Admin for coordinators: taxonomy, services, locations, imports, links, searches and reports of mistakes."""

from . import (
    category,
    category_proposal,
    import_run,
    link_check,
    location,
    mistake_report,
    organisation,
    search_count,
    service,
    vocabulary,
)

__all__ = [
    "category",
    "category_proposal",
    "import_run",
    "link_check",
    "location",
    "mistake_report",
    "organisation",
    "search_count",
    "service",
    "vocabulary",
]
