"""The site, served by gunicorn as `make demo` serves it, over one database; run as a module it serves."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from urllib.parse import quote

import psutil

from palvelukartta.embedded import EmbeddedServer

START_TIMEOUT_SECONDS = 60


class SiteStartError(Exception):
    """The site did not start."""


@dataclass
class RunningSite:
    """A running site: its port, and the process of gunicorn's master."""

    name: str
    port: int
    process: psutil.Process

    def memory(self) -> list[tuple[float, float]]:
        """(RSS, PSS) in MiB of each worker; PSS counts what workers share in equal parts, and is 0 where unknown."""
        found = [worker.memory_full_info() for worker in self.process.children()]
        return [(info.rss / 2**20, getattr(info, "pss", 0) / 2**20) for info in found]


def embedded_database_url(server: EmbeddedServer, database: str) -> str:
    """DATABASE_URL of a database of the embedded server."""
    known = server.connection()
    return f"postgres://{known['USER']}@/{database}?host={quote(known['HOST'], safe='')}&port={known['PORT']}"


@contextlib.contextmanager
def serve_site(name: str, database_url: str):
    """A site of its own process for as long as the context lasts."""
    port = _free_port()
    environment = {**os.environ, "DATABASE_URL": database_url}
    # In a session of its own: Ctrl-C in the terminal is this program's affair, which stops the site in turn.
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.site", str(port)], env=environment, start_new_session=True
    )
    try:
        _wait_until_ready(process, port)
        yield RunningSite(name, port, psutil.Process(process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_ready(process, port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SiteStartError("The site did not start.")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palvelukartta.settings")
    from palvelukartta.demo.serving import serve

    serve(int(sys.argv[1]), when_ready=lambda: None)
