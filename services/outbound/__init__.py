"""How the site asks other sites: bounded in time, size and steps, and never led into the network it stands in."""

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
