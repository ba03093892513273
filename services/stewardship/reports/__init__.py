"""Mistake reports: readers send them, members answer them."""
