"""How the site asks other sites: bounded in time, size and steps, and never led into the network it stands in."""

from .client import TooLarge, client, content_of, follow
from .network_guard import Malformed, NameUnknown, Refused

__all__ = ["Malformed", "NameUnknown", "Refused", "TooLarge", "client", "content_of", "follow"]
