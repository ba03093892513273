"""The coordinators' desk: the taxonomy, services, locations, imports and searches."""

from . import category, import_run, location, organisation, search_count, service

__all__ = ["category", "import_run", "location", "organisation", "search_count", "service"]
