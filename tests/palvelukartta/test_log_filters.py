"""The web server's log of invalid and failed requests."""

import logging

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http.errors import InvalidHeader, InvalidRequestLine
from gunicorn.workers.base import Worker

SEARCH_TEXT = "Maija Meikäläinen 131052-308T"


class Client:
    def sendall(self, _answer):
        pass


@pytest.fixture
def server_error(caplog):
    """A request that makes the server fail."""
    log = logging.getLogger("gunicorn.error")
    worker = Worker.__new__(Worker)
    worker.cfg = Config()
    worker.log = Logger(worker.cfg)
    log.addHandler(caplog.handler)
    yield worker
    log.removeHandler(caplog.handler)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (InvalidRequestLine(f"GET /fi/palvelut/?q={SEARCH_TEXT} HTTP/1.1"), "Invalid HTTP request line"),
        (InvalidHeader(f"REFERER: /?q={SEARCH_TEXT}"), "Invalid HTTP Header"),
    ],
)
def test_request_that_cannot_be_read_is_not_quoted(server_error, caplog, error, kind):
    server_error.handle_error(None, Client(), ("10.1.2.3", 1234), error)
    assert kind in caplog.text
    assert not [part for part in (*SEARCH_TEXT.split(), "10.1.2.3") if part in caplog.text]


def test_request_that_broke_something_is_not_quoted(server_error, caplog):
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        server_error.log.exception("Error handling request %s %s", "GET", f"/fi/palvelut/?q={SEARCH_TEXT}")
    assert "RuntimeError: broken" in caplog.text
    assert not [part for part in SEARCH_TEXT.split() if part in caplog.text]
