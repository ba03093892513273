"""The coordinators' desk: the taxonomy, services, locations and imports."""

from . import category, import_run, location, organisation, service, vocabulary

__all__ = ["category", "import_run", "location", "organisation", "service", "vocabulary"]
