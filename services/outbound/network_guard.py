"""A network backend for untrusted URLs (SSRF protection): public hosts only, with a deadline.

A name is resolved once, and the checked address is the one connected to, which prevents DNS rebinding. Redirects are
new connections and are checked as well.
"""

import errno
import ipaddress
import socket
import time

import httpcore
import httpx

PORTS = frozenset({80, 443})
# (address, port) pairs exempt from the check, for the servers of tests.
ALLOWED_LOCAL_ADDRESSES: set[tuple[str, int]] = set()
# Global by their numbers, but internal to clouds: Azure's wire server, and the IETF protocol block (RFC 6890), which
# older Pythons consider global and Oracle's cloud uses for instance metadata.
_CLOUD_INTERNAL_NETWORKS = (ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("192.0.0.0/24"))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")
_UNKNOWN_HOST_ERRORS = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


class AddressRefused(httpx.TransportError):
    """The address is not on the public internet or not a web address."""


class MalformedAddress(AddressRefused):
    """The address is not a web address."""


class UnknownHost(httpx.ConnectError):
    """The host name does not resolve."""


def is_public(address: str) -> bool:
    """Whether an IP address is public, including an embedded IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and (inner := _embedded_ipv4(ip)):
        return is_public(str(inner))
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _UNICAST:
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in inner for inner in _CLOUD_INTERNAL_NETWORKS)


def _embedded_ipv4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


class PublicNetwork(httpcore.NetworkBackend):
    """Connects to public hosts only. Every operation ends by `deadline` (time.monotonic())."""

    def __init__(self):
        self.deadline = float("inf")
        self._network = httpcore.SyncBackend()

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        last_error = None
        for address in _resolve_public(host, port):
            try:
                stream = self._network.connect_tcp(address, port, self.left(timeout), local_address, socket_options)
            except httpcore.ConnectError as error:
                last_error = error
            else:
                return _DeadlineStream(stream, self)
        raise last_error

    def connect_unix_socket(self, path, timeout=None, socket_options=None):
        raise AddressRefused("not a host")

    def left(self, timeout: float | None) -> float:
        """The timeout of an operation in seconds. Raises httpcore.ReadTimeout after the deadline."""
        rest = self.deadline - time.monotonic()
        if rest <= 0:
            raise httpcore.ReadTimeout("it took too long in all")
        return rest if timeout is None else min(rest, timeout)


class _DeadlineStream(httpcore.NetworkStream):
    """A stream whose operations end by the deadline, so that a slow peer cannot keep it open."""

    def __init__(self, stream: httpcore.NetworkStream, network: PublicNetwork):
        self._stream, self._network = stream, network

    def read(self, max_bytes, timeout=None):
        return self._stream.read(max_bytes, self._network.left(timeout))

    def write(self, buffer, timeout=None):
        self._stream.write(buffer, self._network.left(timeout))

    def close(self):
        self._stream.close()

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        return _DeadlineStream(
            self._stream.start_tls(ssl_context, server_hostname, self._network.left(timeout)), self._network
        )

    def get_extra_info(self, info):
        return self._stream.get_extra_info(info)


def _resolve_public(host: str, port: int) -> list[str]:
    """The permitted addresses of a host. Raises AddressRefused, UnknownHost or httpx.ConnectError."""
    try:
        results = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        kind = UnknownHost if error.errno in _UNKNOWN_HOST_ERRORS else httpx.ConnectError
        raise kind(f"{host}: {error.strerror}") from error
    except (UnicodeError, OSError) as error:
        raise UnknownHost(f"{host}: {errno.errorcode.get(getattr(error, 'errno', 0), 'no name')}") from error
    addresses = list(dict.fromkeys(str(socket_address[0]) for *_kind, socket_address in results))
    allowed = [
        address
        for address in addresses
        if (address, port) in ALLOWED_LOCAL_ADDRESSES or (port in PORTS and is_public(address))
    ]
    if not allowed:
        raise AddressRefused(f"{host}:{port} is not on the open internet")
    return allowed
