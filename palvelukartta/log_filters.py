"""What the log does not say: the part of an address that opens something for whoever has it, and what was asked."""

import logging
import re

# The names by which routes take what was sent by mail.
SECRET_URL_KWARGS = ("token", "key")


class UrlSecretFilter(logging.Filter):
    """Django names the address of every request that it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        if match is not None and isinstance(record.args, tuple):
            for secret in filter(None, map(match.kwargs.get, SECRET_URL_KWARGS)):
                record.args = tuple(a.replace(secret, "…") if isinstance(a, str) else a for a in record.args)
        return True


class RequestTextFilter(logging.Filter):
    """The server quotes a request that it cannot read, or that broke something, and the address that it came from: in
    the query may stand what somebody searched for. What kind of trouble it was is enough."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _QUOTED_REQUEST.sub(r"Invalid request: \1", str(record.msg))
        if record.msg.startswith("Error handling request"):
            record.msg, record.args = "Error handling a request", ()
        return True


_QUOTED_REQUEST = re.compile(r"Invalid request from ip=\S*: ([^:'\"]*).*", re.DOTALL)


def filter_server_log() -> None:
    """The server's log is its own; this is to be called once it is there."""
    logging.getLogger("gunicorn.error").addFilter(RequestTextFilter())
