"""Coordinators: the workbench."""
