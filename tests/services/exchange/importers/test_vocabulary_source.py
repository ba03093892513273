"""Vocabularies are fetched from Finto and from nowhere else: by https, bounded, and told in one line if it fails."""

import pytest

from services.exchange.importers.vocabulary.source import ALLOWED_HOSTS, FetchLimits, SourceError, read_source

from .vocabulary_server import serve_finto

ADDRESS = "https://api.finto.fi/rest/v1/tero/data?format=text/turtle"
QUICK = FetchLimits(max_bytes=100_000, timeout=0.3, max_response_seconds=5)


@pytest.fixture
def finto():
    with serve_finto() as running:
        yield running


@pytest.fixture
def fetch(finto):
    def fetch(*answers, address=ADDRESS, limits=QUICK):
        finto.answers = list(answers)
        return read_source(address, limits=limits, transport=finto)

    return fetch


def moved(address, status=302):
    return status, {"Location": address}


def test_an_address_is_fetched(fetch, finto):
    assert fetch(b"content") == b"content"
    assert finto.asked == [ADDRESS]


def test_an_address_may_lead_on_to_a_file_of_the_same_service(fetch, finto):
    file = "http://finto.fi/download/tero-skos.ttl"
    assert fetch(moved("/download/tero"), moved(file, 303), b"content") == b"content"
    assert finto.asked[1:] == ["https://api.finto.fi/download/tero", "https://finto.fi/download/tero-skos.ttl"]


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
def test_it_leads_nowhere_else(fetch, finto, elsewhere):
    with pytest.raises(SourceError) as refusal:
        fetch(moved(elsewhere), b"content")
    assert "\n" not in str(refusal.value)
    assert finto.asked == [ADDRESS]


def test_it_does_not_lead_in_circles(fetch, finto):
    with pytest.raises(SourceError, match="leads on more than 3 times"):
        fetch(*[moved(ADDRESS)] * 10)
    assert len(finto.asked) == 4


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
def test_other_addresses_are_not_asked_at_all(fetch, finto, address):
    with pytest.raises(SourceError):
        fetch(b"content", address=address)
    assert finto.asked == []


@pytest.mark.parametrize("status", [304, 403, 404, 500, 503])
def test_a_refusal_is_told_with_its_number(fetch, status):
    with pytest.raises(SourceError, match=f"api.finto.fi/.* answered {status}"):
        fetch(status)


def test_an_endless_answer_is_refused(fetch):
    with pytest.raises(SourceError, match="larger than"):
        fetch(b"x" * 100_001)
    assert len(fetch(b"x" * 100_000)) == 100_000


@pytest.mark.parametrize("fault", ["slow", "truncate"])
def test_a_connection_that_fails_is_told_in_one_line(fetch, fault):
    with pytest.raises(SourceError, match=r"^https://api\.finto\.fi/.*: (ReadTimeout|RemoteProtocolError)") as refusal:
        fetch(fault)
    assert "\n" not in str(refusal.value)


def test_an_answer_that_trickles_in_too_long_is_refused(fetch):
    with pytest.raises(SourceError, match="no end after 0 s"):
        fetch(b"content", limits=FetchLimits(max_response_seconds=0))


def test_a_file_that_is_too_large_is_refused(tmp_path):
    (tmp_path / "large.ttl").write_bytes(b"x" * 100_001)
    with pytest.raises(SourceError, match="larger than"):
        read_source(str(tmp_path / "large.ttl"), limits=QUICK)


def test_the_hosts_are_those_of_finto():
    assert all(host == "finto.fi" or host.endswith(".finto.fi") for host in ALLOWED_HOSTS)
