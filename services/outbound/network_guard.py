"""Network access for untrusted addresses: public hosts only, and for a limited time.

A name is resolved once, its addresses are checked, and the connection uses a checked address, so that a name that
resolves differently a moment later (DNS rebinding) has no effect. Redirects are new connections and are checked too.
"""

import errno
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

PORTS = frozenset({80, 443})
# Allowed (address, port) pairs on this machine; tests add their servers.
ALLOWED_LOCAL_ADDRESSES: set[tuple[str, int]] = set()
# Public by range, but internal to a cloud: Azure's wire server, and the block for protocol assignments (RFC 6890),
# which older Pythons consider global and which holds the metadata service of Oracle's cloud.
_CLOUD_INTERNAL_NETWORKS = (ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("192.0.0.0/24"))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")
_UNKNOWN_HOST_ERRORS = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


class AddressRefused(httpx.TransportError):
    """The address is not on a public host."""


class MalformedAddress(AddressRefused):
    """The text is not a web address."""


class UnknownHost(httpx.ConnectError):
    """The name of the host does not resolve."""


def is_public(address: str) -> bool:
    """Whether an IP address is public, including any IPv4 address embedded in it."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and (embedded := _embedded_ipv4(ip)):
        return is_public(str(embedded))
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _UNICAST:
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _CLOUD_INTERNAL_NETWORKS)


def _embedded_ipv4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


class PublicNetwork(httpcore.NetworkBackend):
    """Connects to public hosts only. Every step must end by the `deadline` (time.monotonic())."""

    def __init__(self) -> None:
        self.deadline = float("inf")
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first public address of the host that accepts the connection."""
        addresses = _resolve_public(host, port)
        for address in addresses:
            try:
                stream = self._network.connect_tcp(
                    address, port, self.remaining(timeout), local_address, socket_options
                )
            except httpcore.ConnectError:
                if address == addresses[-1]:
                    raise
            else:
                return _DeadlineStream(stream, self)
        raise AssertionError("a resolved host has an address")

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        raise AddressRefused("not a host")

    def remaining(self, timeout: float | None) -> float:
        """Return the seconds left for one step. Raises httpcore.ReadTimeout if none are left."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout("the whole request took too long")
        return seconds if timeout is None else min(seconds, timeout)


class _DeadlineStream(httpcore.NetworkStream):
    """A connection whose every step ends by the deadline, so that slow data cannot prolong it."""

    def __init__(self, stream: httpcore.NetworkStream, network: PublicNetwork):
        self._stream, self._network = stream, network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._network.remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _DeadlineStream(
            self._stream.start_tls(ssl_context, server_hostname, self._network.remaining(timeout)), self._network
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _resolve_public(host: str, port: int) -> list[str]:
    """Return the allowed IP addresses of a host, at least one.

    Raises AddressRefused, UnknownHost or httpx.ConnectError.
    """
    try:
        address_infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        kind = UnknownHost if error.errno in _UNKNOWN_HOST_ERRORS else httpx.ConnectError
        raise kind(f"{host}: {error.strerror}") from error
    except (UnicodeError, OSError) as error:
        raise UnknownHost(f"{host}: {errno.errorcode.get(getattr(error, 'errno', 0), 'no name')}") from error
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_kind, sockaddr in address_infos))
    allowed = [ip for ip in addresses if (ip, port) in ALLOWED_LOCAL_ADDRESSES or (port in PORTS and is_public(ip))]
    if not allowed:
        raise AddressRefused(f"{host}:{port} is not on the public internet")
    return allowed
