"""Readers report what is wrong on a page."""
