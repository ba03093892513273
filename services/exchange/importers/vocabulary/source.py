"""Read the content of a vocabulary from a file or from Finto, the national service of vocabularies."""

from dataclasses import dataclass
from pathlib import Path

import httpx

from services import outbound

# The only hosts to request from, also after a redirect.
ALLOWED_HOSTS = frozenset({"api.finto.fi", "finto.fi"})
# The address of a vocabulary redirects to the file of the day.
MAX_REDIRECTS = 3


class SourceError(Exception):
    """The source cannot be read; the message gives the reason in one line."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Limits of size and time. Times in seconds."""

    max_bytes: int = 32 * 1024 * 1024
    idle_timeout: float = 30.0
    """Maximum time without receiving a byte."""
    total_timeout: float = 300.0
    """Maximum duration of a whole response."""


def read_source(
    source: str, *, limits: FetchLimits | None = None, transport: httpx.BaseTransport | None = None
) -> bytes:
    """Return the content of a file or of an https address of Finto. Raises SourceError.

    `transport` replaces the network, for tests.
    """
    limits = limits or FetchLimits()
    return _fetch(source, limits, transport) if "://" in source else _read_file(Path(source), limits)


def _read_file(path: Path, limits: FetchLimits) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(limits.max_bytes + 1)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror or error}") from error
    if len(content) > limits.max_bytes:
        raise SourceError(f"{path}: the file is larger than {limits.max_bytes // 2**20} MiB")
    return content


def _fetch(address: str, limits: FetchLimits, transport: httpx.BaseTransport | None) -> bytes:
    url = str(_allowed_url(address))
    try:
        with (
            outbound.http_client(
                idle_timeout=limits.idle_timeout,
                total_timeout=limits.total_timeout,
                transport=transport,
                headers={"Accept": "text/turtle, application/rdf+xml"},
            ) as client,
            outbound.follow_redirects(
                client, "GET", url, max_redirects=MAX_REDIRECTS, parse_url=_redirect_url
            ) as response,
        ):
            return _response_content(response, limits)
    except httpx.RequestError as error:
        raise SourceError(f"{_failed_url(error, address)}: {type(error).__name__}: {error}".rstrip(": ")) from error


def _failed_url(error: httpx.RequestError, address: str) -> object:
    """Return the address of the failed request, which may follow a redirect."""
    try:
        return error.request.url
    except RuntimeError:
        return address


def _response_content(response: httpx.Response, limits: FetchLimits) -> bytes:
    if response.status_code != httpx.codes.OK:
        raise SourceError(f"{response.url} answered {response.status_code}")
    try:
        return outbound.read_content(response, max_bytes=limits.max_bytes, total_timeout=limits.total_timeout)
    except outbound.ResponseTooLarge as error:
        raise SourceError(f"{response.url}: {error}") from error


def _redirect_url(address: str) -> httpx.URL:
    # Finto redirects to its own files by http.
    return _allowed_url(address.replace("http://", "https://", 1) if address.startswith("http://") else address)


def _allowed_url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise SourceError(f"{address!r} is not an address") from error
    if url.scheme != "https" or url.host not in ALLOWED_HOSTS or url.userinfo or url.port not in (None, 443):
        raise SourceError(f"{address!r} is not an https address of {' or '.join(sorted(ALLOWED_HOSTS))}")
    return url
