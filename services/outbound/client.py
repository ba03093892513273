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
    silence: float,
    seconds: float | None = None,
    named: bool = False,
    transport: httpx.BaseTransport | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Client:
    """A client that says whose it is and follows no redirect by itself.

    `silence`: seconds without a byte. `seconds`: all that a request may take, to its last byte. `named`: whoever runs
    the site has named the host, so it may be one of the own network, and a proxy of the environment may lead there.
    `transport` takes the place of the network.
    """
    if transport is None and not named:
        transport = _GuardedTransport(seconds)
    headers = {"User-Agent": _user_agent(), **(headers or {})}
    return httpx.Client(transport=transport, timeout=silence, follow_redirects=False, headers=headers)


@contextmanager
def follow_redirects(
    http_client: httpx.Client,
    method: str,
    address: str,
    *,
    most: int,
    allow: Callable[[str], httpx.URL] | None = None,
    headers: dict[str, str] | None = None,
) -> Iterator[httpx.Response]:
    """The answer, unread, after at most `most` redirects. `allow` looks at each address, and may refuse by raising.

    Raises httpx.TooManyRedirects, Malformed, Refused and what httpx raises of a request.
    """
    allow = allow or web_address
    url = allow(address)
    for _step in range(most + 1):
        with http_client.stream(method, url, headers=headers) as response:
            if not response.has_redirect_location:
                yield response
                return
            try:
                url = allow(str(url.join(response.headers["Location"])))
            except httpx.InvalidURL as error:
                raise MalformedAddress(f"{url} leads on to something that is no address") from error
    raise httpx.TooManyRedirects(f"{address} leads on more than {most} times")


def web_address(address: str) -> httpx.URL:
    """Parse the address of a public page; raises Malformed."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise MalformedAddress(f"{address!r} is not an address") from error
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise MalformedAddress(f"{address!r} is not a web address")
    return url


def read_content(response: httpx.Response, *, max_bytes: int, seconds: float) -> bytes:
    """Return a streamed response's decoded content. Raises TooLarge, or httpx.ReadTimeout if it trickles too long."""
    content, deadline = bytearray(), time.monotonic() + seconds
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > max_bytes:
            raise ResponseTooLarge(f"the response is larger than {max_bytes // 2**20} MiB")
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout(f"no end after {seconds:.0f} s")
    return bytes(content)


class _GuardedTransport(httpx.BaseTransport):
    """httpx over the public network alone; made of httpcore's parts, as httpx's own transport takes no network."""

    def __init__(self, seconds: float | None):
        self._seconds = seconds
        self._network = PublicNetwork()
        self._pool = httpcore.ConnectionPool(ssl_context=_ssl_context(), network_backend=self._network)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._seconds is not None:
            self._network.deadline = time.monotonic() + self._seconds
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        with _httpx_exceptions():
            answer = self._pool.handle_request(
                httpcore.Request(
                    request.method,
                    target,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(answer.status, headers=answer.headers, stream=_ResponseStream(answer), extensions={})

    def close(self) -> None:
        self._pool.close()


class _ResponseStream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response):
        self._answer = answer

    def __iter__(self):
        with _httpx_exceptions():
            yield from self._answer.stream

    def close(self) -> None:
        self._answer.close()


@contextmanager
def _httpx_exceptions():
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
