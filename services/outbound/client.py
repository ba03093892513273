"""An HTTP client for other sites, with checked redirects and limited content."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import httpcore
import httpx
from django.conf import settings

from .network_guard import MalformedAddress, PublicNetwork


class ResponseTooLarge(Exception):
    """A response larger than the limit."""


def http_client(
    *,
    idle_timeout: float,
    total_timeout: float | None = None,
    is_trusted: bool = False,
    transport: httpx.BaseTransport | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Client:
    """Return a client that identifies the site and does not follow redirects by itself.

    `idle_timeout` is the maximum number of seconds without a byte, `total_timeout` that of a whole request, to its last
    byte. `is_trusted` means that the operator of the site configured the host: it may be in the internal network, and
    the proxy of the environment is used. `transport` replaces the network, for tests.
    """
    if transport is None and not is_trusted:
        transport = _GuardedTransport(total_timeout)
    headers = {"User-Agent": _user_agent(), **(headers or {})}
    return httpx.Client(transport=transport, timeout=idle_timeout, follow_redirects=False, headers=headers)


@contextmanager
def follow_redirects(
    http_client: httpx.Client,
    method: str,
    address: str,
    *,
    max_redirects: int,
    parse_url: Callable[[str], httpx.URL] | None = None,
    headers: dict[str, str] | None = None,
) -> Iterator[httpx.Response]:
    """Yield the response, not yet read, after at most `max_redirects` redirects.

    `parse_url` parses each address and raises an exception for one that must not be requested. Raises
    httpx.TooManyRedirects, MalformedAddress, AddressRefused and the exceptions of an httpx request.
    """
    parse_url = parse_url or web_address
    url = parse_url(address)
    for _step in range(max_redirects + 1):
        with http_client.stream(method, url, headers=headers) as response:
            if not response.has_redirect_location:
                yield response
                return
            try:
                url = parse_url(str(url.join(response.headers["Location"])))
            except httpx.InvalidURL as error:
                raise MalformedAddress(f"{url} redirects to a malformed address") from error
    raise httpx.TooManyRedirects(f"{address} redirects more than {max_redirects} times")


def web_address(address: str) -> httpx.URL:
    """Parse the address of a web page. Raises MalformedAddress."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise MalformedAddress(f"{address!r} is not an address") from error
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise MalformedAddress(f"{address!r} is not a web address")
    return url


def read_content(response: httpx.Response, *, max_bytes: int, total_timeout: float) -> bytes:
    """Return the decoded content of a streamed response.

    Raises ResponseTooLarge beyond `max_bytes`, and httpx.ReadTimeout after `total_timeout` seconds.
    """
    content, deadline = bytearray(), time.monotonic() + total_timeout
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > max_bytes:
            raise ResponseTooLarge(f"the response is larger than {max_bytes // 2**20} MiB")
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout(f"the response has not ended after {total_timeout:.0f} s")
    return bytes(content)


class _GuardedTransport(httpx.BaseTransport):
    """An httpx transport over the public network only; built on httpcore, as httpx's own accepts no network backend."""

    def __init__(self, total_timeout: float | None):
        self._total_timeout = total_timeout
        self._network = PublicNetwork()
        self._pool = httpcore.ConnectionPool(ssl_context=_ssl_context(), network_backend=self._network)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._total_timeout is not None:
            self._network.deadline = time.monotonic() + self._total_timeout
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with _httpx_exceptions():
            response = self._pool.handle_request(
                httpcore.Request(
                    request.method,
                    target,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        stream = _ResponseStream(response)
        return httpx.Response(response.status, headers=response.headers, stream=stream, extensions={})

    def close(self) -> None:
        self._pool.close()


class _ResponseStream(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response):
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_exceptions():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


@contextmanager
def _httpx_exceptions() -> Iterator[None]:
    """Translate exceptions of httpcore to those of httpx, which have the same names."""
    try:
        yield
    except httpx.HTTPError:
        raise
    except Exception as error:
        kind = getattr(httpx, type(error).__name__, None)
        if not type(error).__module__.startswith("httpcore") or kind is None:
            raise
        raise kind(str(error)) from error


@cache
def _ssl_context() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _user_agent() -> str:
    """Return the User-Agent: the site's name and a contact address."""
    return f"Palvelukartta (+{settings.SITE_ADDRESS or f'mailto:{settings.DIRECTORY_EMAIL}'})"
