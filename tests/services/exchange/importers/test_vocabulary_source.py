"""Vocabularies are fetched from Finto only, by https and within limits; errors take one line."""

import pytest

from services.exchange.importers.vocabulary.source import ALLOWED_HOSTS, FetchLimits, SourceError, read_source

from .vocabulary_server import serve_finto

ADDRESS = "https://api.finto.fi/rest/v1/tero/data?format=text/turtle"
QUICK = FetchLimits(max_bytes=100_000, idle_timeout=0.3, total_timeout=5)


@pytest.fixture
def finto():
    with serve_finto() as running:
        yield running


@pytest.fixture
def fetch(finto):
    def fetch(*responses, address=ADDRESS, limits=QUICK):
        finto.responses = list(responses)
        return read_source(address, limits=limits, transport=finto)

    return fetch


def redirect_to(address, status=302):
    return status, {"Location": address}


def test_an_address_is_fetched(fetch, finto):
    assert fetch(b"content") == b"content"
    assert finto.requests == [ADDRESS]


def test_an_address_may_redirect_to_a_file_of_the_same_service(fetch, finto):
    file = "http://finto.fi/download/tero-skos.ttl"
    assert fetch(redirect_to("/download/tero"), redirect_to(file, 303), b"content") == b"content"
    assert finto.requests[1:] == ["https://api.finto.fi/download/tero", "https://finto.fi/download/tero-skos.ttl"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/tero.ttl",
        "https://api.finto.fi.example.org/",
        "https://user@finto.fi/",
        "https://finto.fi:8443/",
        "http://127.0.0.1/",
        "//169.254.169.254/latest",
        "file:///etc/passwd",
        "ftp://finto.fi/",
        "https://[",
    ],
)
def test_a_redirect_to_another_host_is_refused(fetch, finto, elsewhere):
    with pytest.raises(SourceError) as refusal:
        fetch(redirect_to(elsewhere), b"content")
    assert "\n" not in str(refusal.value)
    assert finto.requests == [ADDRESS]


def test_a_redirect_loop_is_an_error(fetch, finto):
    with pytest.raises(SourceError, match="redirects more than 3 times"):
        fetch(*[redirect_to(ADDRESS)] * 10)
    assert len(finto.requests) == 4


@pytest.mark.parametrize(
    "address",
    [
        "http://api.finto.fi/rest/v1/tero/data",
        "https://example.org/tero.ttl",
        "https://finto.fi@example.org/",
        "https://user:secret@finto.fi/",
        "https://finto.fi:8443/",
        "file:///etc/passwd",
        "://",
        "https://",
    ],
)
def test_other_addresses_receive_no_request(fetch, finto, address):
    with pytest.raises(SourceError):
        fetch(b"content", address=address)
    assert finto.requests == []


@pytest.mark.parametrize("status", [304, 403, 404, 500, 503])
def test_an_error_names_the_status_of_the_response(fetch, status):
    with pytest.raises(SourceError, match=f"api.finto.fi/.* answered {status}"):
        fetch(status)


def test_a_response_above_the_limit_is_refused(fetch):
    with pytest.raises(SourceError, match="larger than"):
        fetch(b"x" * 100_001)
    assert len(fetch(b"x" * 100_000)) == 100_000


@pytest.mark.parametrize("fault", ["slow", "truncate"])
def test_a_failed_connection_is_reported_in_one_line(fetch, fault):
    with pytest.raises(SourceError, match=r"^https://api\.finto\.fi/.*: (ReadTimeout|RemoteProtocolError)") as refusal:
        fetch(fault)
    assert "\n" not in str(refusal.value)


def test_a_response_that_takes_too_long_is_refused(fetch):
    with pytest.raises(SourceError, match="the response has not ended after 0 s"):
        fetch(b"content", limits=FetchLimits(total_timeout=0))


def test_a_file_that_is_too_large_is_refused(tmp_path):
    (tmp_path / "large.ttl").write_bytes(b"x" * 100_001)
    with pytest.raises(SourceError, match="larger than"):
        read_source(str(tmp_path / "large.ttl"), limits=QUICK)


def test_the_hosts_are_those_of_finto():
    assert all(host == "finto.fi" or host.endswith(".finto.fi") for host in ALLOWED_HOSTS)
