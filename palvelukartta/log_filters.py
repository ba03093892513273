"""Log filters that remove secret parts of URLs and text of requests."""

import logging
import re

# URL parameters that hold mailed secrets.
SECRET_URL_KWARGS = ("token", "key")


class UrlSecretFilter(logging.Filter):
    """Mask secrets in the URLs that Django logs for failed requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        if match is not None and isinstance(record.args, tuple):
            for secret in filter(None, map(match.kwargs.get, SECRET_URL_KWARGS)):
                record.args = tuple(a.replace(secret, "…") if isinstance(a, str) else a for a in record.args)
        return True


class RequestTextFilter(logging.Filter):
    """Remove request text and client addresses from Gunicorn's errors, as a query may contain personal data."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _QUOTED_REQUEST.sub(r"Invalid request: \1", str(record.msg))
        if record.msg.startswith("Error handling request"):
            record.msg, record.args = "Error handling a request", ()
        return True


_QUOTED_REQUEST = re.compile(r"Invalid request from ip=\S*: ([^:'\"]*).*", re.DOTALL)


def filter_server_log() -> None:
    """Add the filter to Gunicorn's logger, which Django's LOGGING does not configure."""
    logging.getLogger("gunicorn.error").addFilter(RequestTextFilter())
