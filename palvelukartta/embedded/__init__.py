"""The embedded PostgreSQL server of the demo and the tests."""

from palvelukartta.embedded.cluster import EmbeddedServerError
from palvelukartta.embedded.server import EmbeddedServer

__all__ = ["EmbeddedServer", "EmbeddedServerError"]
