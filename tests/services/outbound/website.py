"""A local HTTP server in place of a remote one, with faults on demand."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from services.outbound import network_guard


class FakeSite:
    """`pages` maps paths to responses: content, a status, (status, headers), or a fault.

    Faults are "no-head", "slow", "trickle" and "truncate" (more content is announced than sent). Other paths respond
    404. `requests` are (method, path) of all requests, `headers` those of the last one.
    """

    def __init__(self, port):
        self.port = port
        self.pages = {}
        self.requests = []
        self.headers = {}

    def address(self, path="/", host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"


class FakeSiteHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        site = self.server.site
        path = urlsplit(self.path).path
        site.requests.append((self.command, path))
        site.headers = dict(self.headers)
        response = site.pages.get(path, 404)
        status, headers, content = 200, {}, b"hello"
        if isinstance(response, bytes):
            content = response
        elif isinstance(response, int):
            status = response
        elif isinstance(response, tuple):
            status, headers = response
        elif response == "no-head" and self.command == "HEAD":
            status = 405
        elif response == "slow":
            time.sleep(0.6)
        try:
            if response == "trickle":
                return self._trickle()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content) + (100 if response == "truncate" else 0)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):
            pass  # The client stopped waiting, as the test intends.

    do_HEAD = do_GET

    def _trickle(self):
        """Send endless headers, one byte at a time."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        for _byte in range(60):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def log_message(self, *args):
        pass


@contextmanager
def serve_site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeSiteHandler)
    server.daemon_threads = True
    server.site = FakeSite(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def site(monkeypatch):
    """A website that the network guard allows although it is local."""
    with serve_site() as running:
        monkeypatch.setattr(network_guard, "ALLOWED_LOCAL_ADDRESSES", {("127.0.0.1", running.port)})
        yield running


@pytest.fixture
def blocked_site(site):
    """A local server that the network guard refuses."""
    with serve_site() as running:
        yield running
