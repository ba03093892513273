"""Container health check: requests the home page; exit code 0 if it is served."""

import http.client
import os
import sys

TIMEOUT_SECONDS = 4


def is_healthy(port: int = 8000) -> bool:
    """Whether the home page, which queries the database, is served."""
    host = os.environ.get("PALVELUKARTTA_ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    host = "localhost" if host == "*" else host
    # Imitate the proxy: the site answers only to its own host name, and redirects plain HTTP.
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
