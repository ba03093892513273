"""Reads from elsewhere that end."""

import time

import httpx


class TooLarge(Exception):
    """A response that goes on after the last byte that is taken."""


def content_of(response: httpx.Response, *, max_bytes: int, seconds: float) -> bytes:
    """The content of a streamed response, unpacked. Raises TooLarge, or httpx.ReadTimeout if it trickles too long."""
    content, deadline = bytearray(), time.monotonic() + seconds
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > max_bytes:
            raise TooLarge(f"the response is larger than {max_bytes // 2**20} MiB")
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout(f"no end after {seconds:.0f} s")
    return bytes(content)
