"""Admin of organisations, contacts, areas and users."""

from . import area, claim, organisation, people

__all__ = ["area", "claim", "organisation", "people"]
