"""The coordinators' desk: organisations, their contacts, areas and people."""

from . import area, organisation, people

__all__ = ["area", "organisation", "people"]
