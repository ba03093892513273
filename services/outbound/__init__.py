"""Requests to other sites, limited in time, size and redirects, and never to the internal network."""

from .client import ResponseTooLarge, follow_redirects, http_client, read_content
from .network_guard import AddressRefused, MalformedAddress, UnknownHost

__all__ = [
    "AddressRefused",
    "MalformedAddress",
    "ResponseTooLarge",
    "UnknownHost",
    "follow_redirects",
    "http_client",
    "read_content",
]
