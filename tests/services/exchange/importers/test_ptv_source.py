"""The live interface is downloaded page by page into a folder, within limits; a download can be resumed."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from services.exchange.importers.base.problems import Problems, SourceError
from services.exchange.importers.ptv.download import Download, DownloadLimits, base_address, parse_retry_after
from services.exchange.importers.ptv.link_records import read_records
from services.exchange.importers.ptv.source import read_folder

from .ptv_pages import identifier, organisation, place, service
from .ptv_server import FakePtv, serve_ptv

SERVICE_IDS, SERVICE_BATCH = "/api/v11/Service", "/api/v11/Service/serviceWithGD/list"
QUICK = DownloadLimits(idle_timeout=0.3, attempts=3, first_backoff=0.5, max_wait=60, max_bytes=1_000_000)


@pytest.fixture
def catalogue():
    services = [service(f"Ryhmä {number}") for number in range(205)]
    with serve_ptv(FakePtv([organisation()], services, [place("Perhetalo", "Ryhmä 0")], ids_per_page=100)) as running:
        yield running


class FakeSleep:
    """Does not wait, and records the requested waits in seconds."""

    def __init__(self):
        self.waits: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)


@pytest.fixture
def sleeper():
    return FakeSleep()


@pytest.fixture
def fetch(catalogue, tmp_path, sleeper):
    def fetch(address: str = "", **kwargs):
        download = Download(address or catalogue.address, tmp_path, **{"limits": QUICK, "sleep": sleeper, **kwargs})
        download.run()
        return download

    return fetch


def records_in(folder):
    problems = Problems()
    records = read_records(read_folder(folder, problems), municipalities={"092"}, counties=set(), problems=problems)
    assert problems.errors == []
    return records


def test_the_whole_catalogue_becomes_a_folder_of_pages(fetch, tmp_path, catalogue):
    fetch()
    assert {path.name for path in tmp_path.glob("*-*.json") if not path.name.startswith("ids-")} == {
        "organizations-1.json",
        "services-1.json",
        "services-2.json",
        "services-3.json",
        "servicechannels-1.json",
    }
    records = records_in(tmp_path)
    assert (len(records.organisations), len(records.services), len(records.locations)) == (1, 205, 1)
    # Three pages of ids and three batches of at most a hundred records.
    assert (catalogue.counts[SERVICE_IDS], catalogue.counts[SERVICE_BATCH]) == (3, 3)


def test_progress_is_reported(fetch):
    steps = []
    fetch(progress=lambda *step: steps.append(step))
    assert ("listing services", 3, 3) in steps
    assert ("fetching services", 2, 3) in steps


def test_an_address_may_end_in_the_version(fetch, catalogue):
    assert fetch(catalogue.address + "/api/v11/").address == catalogue.address


def test_an_empty_catalogue_is_an_empty_folder_of_pages(tmp_path, sleeper):
    with serve_ptv(FakePtv([], [], [])) as empty:
        Download(empty.address, tmp_path, limits=QUICK, sleep=sleeper).run()
    assert records_in(tmp_path).services == {}


@pytest.mark.parametrize("fault", [500, 502, 503, 504, 429, 408, "truncate", "half", "slow"])
def test_a_temporary_fault_is_retried(fetch, tmp_path, catalogue, sleeper, fault):
    catalogue.faults[SERVICE_BATCH] = [fault, fault]
    fetch()
    assert len(records_in(tmp_path).services) == 205
    assert catalogue.counts[SERVICE_BATCH] == 5
    assert len(sleeper.waits) == 2
    assert 0.3 < sleeper.waits[0] < 0.7 < sleeper.waits[1] < 1.3


def test_the_wait_that_the_server_requests_is_respected(fetch, catalogue, sleeper):
    catalogue.faults[SERVICE_IDS] = [(429, {"Retry-After": "7"}), (503, {"Retry-After": "100000"})]
    fetch()
    assert sleeper.waits == [7, 60]


def test_a_retry_after_header_holds_seconds_or_a_date():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30))
    assert parse_retry_after("12") == 12
    assert 25 < parse_retry_after(soon) <= 30
    assert parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert parse_retry_after("") is None
    assert parse_retry_after("soon") is None


def test_a_permanent_fault_is_reported_with_the_address_and_the_number_of_attempts(fetch, catalogue):
    catalogue.faults[SERVICE_IDS] = [500] * 10
    with pytest.raises(SourceError, match=r"/api/v11/Service answered 500 \(attempt 3 of 3\)"):
        fetch()
    assert catalogue.counts[SERVICE_IDS] == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_client_error_is_not_retried(fetch, catalogue, sleeper, status):
    catalogue.faults[SERVICE_IDS] = [status]
    with pytest.raises(SourceError, match=f"answered {status}"):
        fetch()
    assert sleeper.waits == []


def test_redirects_are_reported_and_not_followed(fetch, catalogue):
    catalogue.faults[SERVICE_IDS] = [(302, {"Location": "http://elsewhere.example/"})]
    with pytest.raises(SourceError, match=r"redirects to http://elsewhere\.example/"):
        fetch()


def test_a_response_above_the_limit_is_refused(fetch, catalogue):
    catalogue.faults[SERVICE_IDS] = ["huge"]
    with pytest.raises(SourceError, match="larger than"):
        fetch()


def test_a_response_of_another_shape_names_its_address(fetch, catalogue):
    catalogue.faults[SERVICE_IDS] = ["array"]
    with pytest.raises(SourceError, match=r"/api/v11/Service: the page should be an object with itemList, not a list"):
        fetch()


def test_a_server_that_does_not_respond_is_an_error(tmp_path, sleeper):
    with pytest.raises(SourceError, match="ConnectError"):
        Download("http://127.0.0.1:9", tmp_path, limits=QUICK, sleep=sleeper).run()


def test_an_interrupted_download_continues_where_it_stopped(fetch, tmp_path, catalogue):
    catalogue.faults[SERVICE_BATCH] = ["ok", *[500] * 3]
    with pytest.raises(SourceError):
        fetch()
    assert (tmp_path / "services-1.json").exists()
    assert not (tmp_path / "services-2.json").exists()
    catalogue.requests.clear()
    fetch()
    assert len(records_in(tmp_path).services) == 205
    first = identifier("Ryhmä 0")
    assert not any(first in request for request in catalogue.requests), "the first batch is not fetched again"
    assert not any("?page=" in request and "Service?" in request for request in catalogue.requests)


def test_a_page_that_is_damaged_on_disk_is_fetched_again(fetch, tmp_path, catalogue):
    fetch()
    (tmp_path / "services-2.json").write_text("{")
    catalogue.requests.clear()
    fetch()
    assert len(catalogue.requests) == 1
    assert len(records_in(tmp_path).services) == 205


def test_a_finished_folder_is_not_fetched_again(fetch, catalogue):
    fetch()
    catalogue.requests.clear()
    fetch()
    assert catalogue.requests == []


def test_a_folder_of_another_catalogue_is_refused(fetch, tmp_path):
    fetch()
    with pytest.raises(SourceError, match="holds pages of"):
        fetch("http://127.0.0.1:9")


def test_records_that_vanish_between_list_and_batch_are_counted(fetch, tmp_path, catalogue):
    catalogue.withdrawn = {
        identifier("Ryhmä 3"),
        *(identifier(f"Ryhmä {number}") for number in range(200, 205)),
    }
    # Of the third batch nothing is left, which the interface answers with "not found".
    assert fetch().missing == {"services": 6}
    assert len(records_in(tmp_path).services) == 199


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org",
        "file:///etc/passwd",
        "http://",
        "//example.org",
        "http://u:p@example.org",
        "http://[x",
    ],
)
def test_only_plain_http_addresses_are_accepted(address):
    with pytest.raises(SourceError):
        base_address(address)
