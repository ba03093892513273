"""Asking a site over HTTP, one request at a time or several, and how long each took."""

import http.client
import statistics
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count

MIN_ROUNDS = 1  # at least, besides the first one that only warms up


class UnexpectedStatus(Exception):
    """The site answered with something else than a page."""


@dataclass
class Timings:
    """Milliseconds of every request by address, and the seconds that the rounds took together."""

    by_address: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seconds: float = 0.0

    @property
    def all(self) -> list[float]:
        return sorted(ms for found in self.by_address.values() for ms in found)

    @property
    def median(self) -> float:
        return statistics.median(self.all)

    @property
    def p95(self) -> float:
        return self.all[int(0.95 * (len(self.all) - 1))]

    @property
    def per_second(self) -> float:
        return len(self.all) / self.seconds

    def by_slowness(self) -> list[tuple[float, str]]:
        """(median milliseconds, address), the slowest first."""
        return sorted(((statistics.median(ms), address) for address, ms in self.by_address.items()), reverse=True)


class HttpClient:
    """One visitor with a connection that stays open."""

    def __init__(self, port: int):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def time_request(self, address: str) -> float:
        """Milliseconds until the whole page was there."""
        start = time.perf_counter()
        try:
            status = self._get(address)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # The site closes connections that were idle for a while.
            self.connection.close()
            start = time.perf_counter()
            status = self._get(address)
        if status != 200:
            raise UnexpectedStatus(f"{status} for {address}")
        return (time.perf_counter() - start) * 1000

    def _get(self, address: str) -> int:
        self.connection.request("GET", address)
        response = self.connection.getresponse()
        response.read()
        return response.status


def run_rounds(
    sites, addresses: list[str], *, at_once: int, seconds: float, progress, least=MIN_ROUNDS
) -> list[Timings]:
    """Ask all sites in turn for all addresses, whole rounds until each site was asked for `seconds`.

    In turn, so that what else the machine does meanwhile falls on all alike.
    """
    timings = [Timings() for _site in sites]
    for done in count(1):
        for site, found in zip(sites, timings, strict=True):
            _run_round(site.port, addresses, at_once, found)
        progress(1)
        if done >= least and min(found.seconds for found in timings) >= seconds:
            return timings


def _run_round(port: int, addresses: list[str], at_once: int, found: Timings) -> None:
    queue, problems = iter(addresses), []
    lock = threading.Lock()

    def work() -> None:
        asker = HttpClient(port)
        try:
            while not problems:
                with lock:
                    address = next(queue, None)
                if address is None:
                    break
                found.by_address[address].append(asker.time_request(address))
        except Exception as problem:
            problems.append(problem)
        finally:
            asker.connection.close()

    start = time.perf_counter()
    # Daemons, so that Ctrl-C need not wait for an answer.
    threads = [threading.Thread(target=work, daemon=True) for _number in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds += time.perf_counter() - start
    if problems:
        raise problems[0]
