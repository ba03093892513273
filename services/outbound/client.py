"""The HTTP client for other sites, with bounded redirects and response sizes."""

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
    """The response exceeds the size limit."""


def http_client(
    *,
    silence: float,
    seconds: float | None = None,
    named: bool = False,
    transport: httpx.BaseTransport | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Client:
    """A client that identifies the site and does not follow redirects by itself.

    `silence`: idle timeout in seconds. `seconds`: timeout of the whole request, including its body. `named`: the host
    comes from the settings, so it may be internal or reached through a proxy from the environment. `transport`
    replaces the network.
    """
    if transport is None and not named:
        transport = _GuardedTransport(seconds)
    headers = {"User-Agent": _user_agent(), **(headers or {})}
    return httpx.Client(transport=transport, timeout=silence, follow_redirects=False, headers=headers)


@contextmanager
def follow_redirects(
    asked: httpx.Client,
    method: str,
    address: str,
    *,
    most: int,
    allow: Callable[[str], httpx.URL] | None = None,
    headers: dict[str, str] | None = None,
) -> Iterator[httpx.Response]:
    """The unread response after at most `most` redirects. `allow` checks each URL and raises to refuse it.

    Raises httpx.TooManyRedirects, MalformedAddress, AddressRefused and the errors of httpx requests.
    """
    allow = allow or web_address
    url = allow(address)
    for _step in range(most + 1):
        with asked.stream(method, url, headers=headers) as response:
            if not response.has_redirect_location:
                yield response
                return
            try:
                url = allow(str(url.join(response.headers["Location"])))
            except httpx.InvalidURL as error:
                raise MalformedAddress(f"{url} leads on to something that is no address") from error
    raise httpx.TooManyRedirects(f"{address} leads on more than {most} times")


def web_address(address: str) -> httpx.URL:
    """Parse an http(s) URL without credentials. Raises MalformedAddress."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise MalformedAddress(f"{address!r} is not an address") from error
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise MalformedAddress(f"{address!r} is not a web address")
    return url


def read_content(response: httpx.Response, *, max_bytes: int, seconds: float) -> bytes:
    """The decoded content of a streamed response. Raises ResponseTooLarge, or httpx.ReadTimeout after `seconds`."""
    content, deadline = bytearray(), time.monotonic() + seconds
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > max_bytes:
            raise ResponseTooLarge(f"the response is larger than {max_bytes // 2**20} MiB")
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout(f"no end after {seconds:.0f} s")
    return bytes(content)


class _GuardedTransport(httpx.BaseTransport):
    """A transport limited to public hosts. Uses httpcore, as httpx.HTTPTransport accepts no network backend."""

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
    """Convert httpcore exceptions to those of the same name in httpx."""
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
    """The site's name and contact address."""
    return f"Palvelukartta (+{settings.SITE_ADDRESS or f'mailto:{settings.DIRECTORY_EMAIL}'})"
