"""A real server on this machine that stands for one elsewhere, and misbehaves on demand."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from services.outbound import network_guard


class FakeSite:
    """`pages`: what a path answers: content, a status, (status, headers), or how it misbehaves.

    "no-head", "slow", "trickle", or "truncate": more is promised than sent. Other paths answer 404. `asked` holds
    (method, path) of each request, `headers` those of the last.
    """

    def __init__(self, port):
        self.port = port
        self.pages = {}
        self.asked = []
        self.headers = {}

    def address(self, path="/", host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"


class FakeSiteHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        site = self.server.site
        path = urlsplit(self.path).path
        site.asked.append((self.command, path))
        site.headers = dict(self.headers)
        answer = site.pages.get(path, 404)
        status, headers, content = 200, {}, b"hello"
        if isinstance(answer, bytes):
            content = answer
        elif isinstance(answer, int):
            status = answer
        elif isinstance(answer, tuple):
            status, headers = answer
        elif answer == "no-head" and self.command == "HEAD":
            status = 405
        elif answer == "slow":
            time.sleep(0.6)
        try:
            if answer == "trickle":
                return self._trickle()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content) + (100 if answer == "truncate" else 0)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):
            pass  # The client gave up waiting, which is what is tried here.

    do_HEAD = do_GET

    def _trickle(self):
        """Headers without an end, a byte at a time."""
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
    """A website that the guard lets through, although it stands on this machine."""
    with serve_site() as running:
        monkeypatch.setattr(network_guard, "ALLOWED_LOCAL_ADDRESSES", {("127.0.0.1", running.port)})
        yield running


@pytest.fixture
def blocked_site(site):
    """A server on this machine that is not let through: what the guard is for."""
    with serve_site() as running:
        yield running
