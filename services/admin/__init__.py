"""The coordinators' desk: the taxonomy, services, locations, imports and searches."""

from . import category, import_run, location, organisation, search_count, service, vocabulary

__all__ = ["category", "import_run", "location", "organisation", "search_count", "service", "vocabulary"]
