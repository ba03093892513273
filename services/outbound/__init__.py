"""Outbound HTTP with limits on time, size and redirects, and without access to the internal network (SSRF)."""

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
