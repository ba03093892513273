"""The coordinators' desk: organisations, their contacts, areas and people."""

from . import area, claim, organisation, people

__all__ = ["area", "claim", "organisation", "people"]
