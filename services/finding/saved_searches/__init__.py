"""Searches that signed-in users keep: weekly mails and feeds of what is new or gone."""
