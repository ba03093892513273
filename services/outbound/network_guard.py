"""Network access for untrusted addresses: public hosts only, and for a limited time.

A name is resolved once, what it leads to is checked, and that very address is connected to: a name that leads
elsewhere a moment later changes nothing. Redirects are new connections, so each is checked alike.
"""

import errno
import ipaddress
import socket
import time

import httpcore
import httpx

PORTS = frozenset({80, 443})
# Allowed (address, port) pairs on this machine; tests add their servers.
ALLOWED_LOCAL_ADDRESSES: set[tuple[str, int]] = set()
# Public by range, but internal to a cloud: Azure's wire server, and a block for protocols (RFC 6890) that older
# Pythons take for global, and where Oracle's cloud tells machines about themselves.
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
    """Connects to public hosts only. Everything must finish by the `deadline` (time.monotonic())."""

    def __init__(self):
        self.deadline = float("inf")
        self._network = httpcore.SyncBackend()

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        trouble = None
        for address in _resolve_public(host, port):
            try:
                stream = self._network.connect_tcp(address, port, self.left(timeout), local_address, socket_options)
            except httpcore.ConnectError as error:
                trouble = error
            else:
                return _DeadlineStream(stream, self)
        raise trouble

    def connect_unix_socket(self, path, timeout=None, socket_options=None):
        raise AddressRefused("not a host")

    def left(self, timeout: float | None) -> float:
        """Return the seconds left for one step. Raises httpcore.ReadTimeout if none are left."""
        rest = self.deadline - time.monotonic()
        if rest <= 0:
            raise httpcore.ReadTimeout("it took too long in all")
        return rest if timeout is None else min(rest, timeout)


class _DeadlineStream(httpcore.NetworkStream):
    """A connection whose every step ends by the deadline, so that slow data cannot prolong it."""

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
    """Return the allowed IP addresses of a host; raises Refused, NameUnknown or httpx.ConnectError."""
    try:
        address_infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        kind = UnknownHost if error.errno in _UNKNOWN_HOST_ERRORS else httpx.ConnectError
        raise kind(f"{host}: {error.strerror}") from error
    except (UnicodeError, OSError) as error:
        raise UnknownHost(f"{host}: {errno.errorcode.get(getattr(error, 'errno', 0), 'no name')}") from error
    addresses = list(dict.fromkeys(str(place[0]) for *_kind, place in address_infos))
    allowed = [ip for ip in addresses if (ip, port) in ALLOWED_LOCAL_ADDRESSES or (port in PORTS and is_public(ip))]
    if not allowed:
        raise AddressRefused(f"{host}:{port} is not on the open internet")
    return allowed
