"""Addresses that anybody may have written lead the site to public hosts only."""

import socket

import httpx
import pytest

from services import outbound
from services.outbound.network_guard import is_public

from .website import blocked_site, site

__all__ = ["blocked_site", "site"]


def fetch(address, most=3, silence=1.0, seconds=5.0):
    with (
        outbound.http_client(silence=silence, seconds=seconds) as client,
        outbound.follow_redirects(client, "GET", address, most=most) as response,
    ):
        return outbound.read_content(response, max_bytes=1000, seconds=5)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet(address):
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
def test_addresses_that_are_inside(address):
    assert not is_public(address)


def test_an_open_site_is_read(site):
    site.pages["/"] = b"content"
    assert fetch(site.address()) == b"content"
    assert site.headers["User-Agent"].startswith("Palvelukartta (+")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_a_host_of_the_own_network_is_never_asked(blocked_site, host):
    with pytest.raises((outbound.AddressRefused, outbound.UnknownHost)):
        fetch(blocked_site.address(host=host))
    assert blocked_site.asked == []


def test_another_door_of_a_public_host_is_not_knocked_at():
    with pytest.raises(outbound.AddressRefused):
        fetch("http://8.8.8.8:22/")


def test_a_redirect_is_looked_at_like_the_first_address(site, blocked_site):
    site.pages["/"] = (302, {"Location": blocked_site.address("/secret")})
    with pytest.raises(outbound.AddressRefused):
        fetch(site.address())
    assert blocked_site.asked == []


@pytest.mark.parametrize("elsewhere", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x/", "http://a:b@8.8.8.8/"])
def test_a_redirect_leads_to_web_addresses_only(site, elsewhere):
    site.pages["/"] = (302, {"Location": elsewhere})
    with pytest.raises(outbound.MalformedAddress):
        fetch(site.address())


def test_redirects_end(site):
    site.pages["/"] = (302, {"Location": "/"})
    with pytest.raises(httpx.TooManyRedirects):
        fetch(site.address(), most=3)
    assert len(site.asked) == 4


def test_a_name_that_leads_elsewhere_a_moment_later_changes_nothing(site, blocked_site, monkeypatch):
    """DNS rebinding: the address that was looked at is the one that is connected to."""
    site.pages["/"] = b"outside"
    answers = iter(["127.0.0.1", "127.0.0.2", "127.0.0.2"])
    real, asked = socket.getaddrinfo, []

    def names(host, *args, **kwargs):
        if host != "rebind.example":
            return real(host, *args, **kwargs)
        asked.append(host)
        return real(next(answers), *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", names)
    assert fetch(site.address(host="rebind.example")) == b"outside"
    assert asked == ["rebind.example"]
    assert site.headers["Host"] == f"rebind.example:{site.port}"
    with pytest.raises(outbound.AddressRefused):
        fetch(site.address(host="rebind.example"))


def test_a_name_that_is_not_there_is_told_apart(monkeypatch):
    def names(host, *args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", names)
    with pytest.raises(outbound.UnknownHost):
        fetch("https://ei-ole.example/")


def test_an_answer_that_trickles_in_does_not_last(site):
    site.pages["/"] = "trickle"
    with pytest.raises(httpx.ReadTimeout):
        fetch(site.address(), silence=1.0, seconds=0.3)


def test_an_answer_is_read_no_further_than_wanted(site):
    site.pages["/"] = b"x" * 2000
    with pytest.raises(outbound.ResponseTooLarge):
        fetch(site.address())
