"""Requests to addresses from untrusted text reach public hosts only."""

import socket

import httpx
import pytest

from services import outbound
from services.outbound.network_guard import is_public

from .website import blocked_site, site

__all__ = ["blocked_site", "site"]


def fetch(address, max_redirects=3, idle_timeout=1.0, total_timeout=5.0):
    with (
        outbound.http_client(idle_timeout=idle_timeout, total_timeout=total_timeout) as client,
        outbound.follow_redirects(client, "GET", address, max_redirects=max_redirects) as response,
    ):
        return outbound.read_content(response, max_bytes=1000, total_timeout=5)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "100.100.100.200",
        ),
        *("169.254.169.254", "168.63.129.16", "192.0.0.192", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2001::1"),
        *(
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:a9fe:a9fe",
            "64:ff9b::7f00:1",
            "64:ff9b:1::a00:1",
            "2002:7f00:1::",
        ),
    ],
)
def test_internal_addresses_are_not_public(address):
    assert not is_public(address)


def test_a_public_site_is_read_by_a_client_that_identifies_itself(site):
    site.pages["/"] = b"content"
    assert fetch(site.address()) == b"content"
    assert site.headers["User-Agent"].startswith("Palvelukartta (+")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_a_host_of_the_internal_network_receives_no_request(blocked_site, host):
    with pytest.raises((outbound.AddressRefused, outbound.UnknownHost)):
        fetch(blocked_site.address(host=host))
    assert blocked_site.requests == []


def test_only_web_ports_of_a_public_host_are_requested():
    with pytest.raises(outbound.AddressRefused):
        fetch("http://8.8.8.8:22/")


def test_a_redirect_to_an_internal_host_is_refused(site, blocked_site):
    site.pages["/"] = (302, {"Location": blocked_site.address("/secret")})
    with pytest.raises(outbound.AddressRefused):
        fetch(site.address())
    assert blocked_site.requests == []


@pytest.mark.parametrize("elsewhere", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x/", "http://a:b@8.8.8.8/"])
def test_a_redirect_to_something_other_than_a_web_address_is_refused(site, elsewhere):
    site.pages["/"] = (302, {"Location": elsewhere})
    with pytest.raises(outbound.MalformedAddress):
        fetch(site.address())


def test_too_many_redirects_are_an_error(site):
    site.pages["/"] = (302, {"Location": "/"})
    with pytest.raises(httpx.TooManyRedirects):
        fetch(site.address(), max_redirects=3)
    assert len(site.requests) == 4


def test_the_checked_address_is_the_one_connected_to(site, blocked_site, monkeypatch):
    """DNS rebinding: a name that resolves to another address a moment later has no effect."""
    site.pages["/"] = b"outside"
    addresses = iter(["127.0.0.1", "127.0.0.2", "127.0.0.2"])
    real_getaddrinfo, resolved = socket.getaddrinfo, []

    def rebinding_getaddrinfo(host, *args, **kwargs):
        if host != "rebind.example":
            return real_getaddrinfo(host, *args, **kwargs)
        resolved.append(host)
        return real_getaddrinfo(next(addresses), *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding_getaddrinfo)
    assert fetch(site.address(host="rebind.example")) == b"outside"
    assert resolved == ["rebind.example"]
    assert site.headers["Host"] == f"rebind.example:{site.port}"
    with pytest.raises(outbound.AddressRefused):
        fetch(site.address(host="rebind.example"))


def test_a_name_that_does_not_resolve_is_an_unknown_host(monkeypatch):
    def failing_getaddrinfo(host, *args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", failing_getaddrinfo)
    with pytest.raises(outbound.UnknownHost):
        fetch("https://ei-ole.example/")


def test_a_response_that_arrives_slowly_ends_at_the_total_timeout(site):
    site.pages["/"] = "trickle"
    with pytest.raises(httpx.ReadTimeout):
        fetch(site.address(), idle_timeout=1.0, total_timeout=0.3)


def test_a_response_above_the_limit_is_an_error(site):
    site.pages["/"] = b"x" * 2000
    with pytest.raises(outbound.ResponseTooLarge):
        fetch(site.address())
