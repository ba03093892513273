"""A local server with the PTV open API v11, and faults on demand."""

import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ID_PATHS = {"/api/v11/Organization": 0, "/api/v11/Service": 1, "/api/v11/ServiceChannel": 2}
BATCH_PATHS = {
    "/api/v11/Organization/list": 0,
    "/api/v11/Service/serviceWithGD/list": 1,
    "/api/v11/ServiceChannel/list": 2,
}


class FakePtv:
    """The records of the server, its faults, and the requests that it received."""

    def __init__(self, organisations, services, channels, ids_per_page=3):
        self.records = [list(organisations), list(services), list(channels)]
        self.withdrawn: set[str] = set()
        self.ids_per_page = ids_per_page
        self.requests: list[str] = []
        self.counts: Counter[str] = Counter()
        self.faults: dict[str, list] = {}
        """By path, the faults of the next requests: a status, (status, headers), "truncate", "slow" ..."""
        self.address = ""

    def response(self, path: str, parameters: dict[str, str]) -> tuple[int, object]:
        if path in ID_PATHS:
            records = self.records[ID_PATHS[path]]
            number, size = int(parameters.get("page", 1)), self.ids_per_page
            items = [{"id": record["id"], "name": "x"} for record in records[(number - 1) * size : number * size]]
            return 200, {
                "pageNumber": number,
                "pageSize": size,
                "pageCount": -(-len(records) // size),
                "itemList": items or None,
            }
        if path in BATCH_PATHS:
            identifiers = set(parameters["guids"].split(",")) - self.withdrawn
            batch = [record for record in self.records[BATCH_PATHS[path]] if record["id"] in identifiers]
            return (200, batch) if batch else (404, {"errorMessage": "not found"})
        return 404, {"errorMessage": "no such path"}


class FakePtvHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        catalogue: FakePtv = self.server.catalogue
        parts = urlsplit(self.path)
        parameters = {key: values[0] for key, values in parse_qs(parts.query).items()}
        catalogue.requests.append(self.path)
        catalogue.counts[parts.path] += 1
        faults = catalogue.faults.get(parts.path)
        fault = faults.pop(0) if faults else None
        status, body = catalogue.response(parts.path, parameters)
        content, headers = json.dumps(body).encode(), {}
        if isinstance(fault, int):
            status, content = fault, b"{}"
        elif isinstance(fault, tuple):
            status, headers, content = fault[0], fault[1], b"{}"
        elif fault == "slow":
            time.sleep(1.0)
        elif fault == "half":
            content = content[: len(content) // 2]
        elif fault == "array":
            content = b"[]"
        elif fault == "huge":
            content = b" " * 3_000_000
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            # A truncated response announces more content than it sends.
            self.send_header("Content-Length", str(len(content) + (100 if fault == "truncate" else 0)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):
            pass  # The client stopped waiting, as the test intends.

    def log_message(self, *args):
        pass


@contextmanager
def serve_ptv(catalogue: FakePtv):
    """Serve the catalogue at a local address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakePtvHandler)
    server.daemon_threads = True
    server.catalogue = catalogue
    catalogue.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield catalogue
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
