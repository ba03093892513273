"""A real server on this machine that stands for Finto, and misbehaves on demand."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


class Finto(httpx.BaseTransport):
    """Takes the place of the network: whatever host is asked, the server on this machine answers.

    `answers` are its next answers: content, a status, (status, headers), "slow" or "truncate".
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.network = httpx.HTTPTransport()
        self.answers: list = []
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        here = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        return self.network.handle_request(
            httpx.Request(
                request.method, here, headers=request.headers, stream=request.stream, extensions=request.extensions
            )
        )


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        answer = self.server.finto.answers.pop(0)
        status, headers, content = 200, {}, b"x" * 1000
        if isinstance(answer, bytes):
            content = answer
        elif isinstance(answer, int):
            status = answer
        elif isinstance(answer, tuple):
            status, headers = answer
        elif answer == "slow":
            time.sleep(1.0)
        try:
            self.send_response(status)
            # A connection that breaks off: more is promised than sent.
            self.send_header("Content-Length", str(len(content) + (100 if answer == "truncate" else 0)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):
            pass  # The client gave up waiting, which is what is tried here.

    def log_message(self, *args):
        pass


@contextmanager
def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.finto = Finto(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.finto
    finally:
        server.finto.network.close()
        server.shutdown()
        server.server_close()
        thread.join()
