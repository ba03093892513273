"""Asks the site inside a container for its first page; exit code 0 when it answers."""

import http.client
import os
import sys

TIMEOUT_SECONDS = 4


def is_healthy(port=8000):
    """Whether the first page, database included, is served."""
    host = os.environ.get("PALVELUKARTTA_ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    host = "localhost" if host == "*" else host
    # As the proxy would ask: the site answers to its own name only, and to plain http with a redirect.
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/fi/", headers=headers)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_healthy() else 1)
