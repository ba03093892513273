"""The PostgreSQL that demo and tests run by themselves."""

from palvelukartta.embedded.cluster import EmbeddedServerError
from palvelukartta.embedded.server import EmbeddedServer

__all__ = ["EmbeddedServer", "EmbeddedServerError"]
