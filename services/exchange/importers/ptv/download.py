"""Download the catalogue from the live interface into a folder of pages, at a polite rate.

The folder has the layout that `source.read_folder` reads. Pages are written atomically, so that an interrupted download
continues where it stopped.
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from services import outbound
from services.exchange.importers.base.problems import SourceError
from services.exchange.importers.progress import Progress, no_progress

from . import v11
from .source import parse_json

RETRIED_STATUSES = {408, 425, 429, 500, 502, 503, 504}
RUN_FILE = "run.json"
Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class DownloadLimits:
    """Limits of requests to the interface. Times in seconds."""

    idle_timeout: float = 60.0
    """Maximum time without receiving a byte."""
    attempts: int = 6
    first_backoff: float = 1.0
    """Wait before the second attempt; doubled for each further one."""
    max_wait: float = 120.0
    total_timeout: float = 300.0
    """Maximum duration of a whole response."""
    max_bytes: int = 64 * 1024 * 1024
    """Maximum size of a response."""


class Download:
    """One download of the whole catalogue."""

    def __init__(
        self,
        address: str,
        folder: Path,
        *,
        limits: DownloadLimits | None = None,
        progress: Progress = no_progress,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`address` is the base URL, with or without /api/v11. Raises SourceError for other schemes than http(s)."""
        self.address = base_address(address)
        self.folder = folder
        self.limits = limits or DownloadLimits()
        self.progress = progress
        self.sleep = sleep
        self.missing: dict[str, int] = {}
        """Number of records of each kind that were listed but not delivered."""

    def run(self) -> None:
        """Fetch the pages that the folder lacks. Raises SourceError if the interface keeps failing."""
        self._claim_folder()
        # The operator chose the address, so it may be a copy in the internal network.
        headers = {"Accept": "application/json"}
        with outbound.http_client(idle_timeout=self.limits.idle_timeout, is_trusted=True, headers=headers) as client:
            for kind in v11.PAGE_KINDS:
                self._fetch_kind(client, kind)

    def _claim_folder(self) -> None:
        """Bind the folder to one address, so that pages of two catalogues cannot mix."""
        self.folder.mkdir(parents=True, exist_ok=True)
        run_file = self.folder / RUN_FILE
        if run_file.exists():
            try:
                address = json.loads(run_file.read_text("utf-8"))["address"]
            except (ValueError, KeyError, TypeError) as error:
                raise SourceError(f"{run_file} cannot be read; remove {self.folder} to start over") from error
            if address != self.address:
                raise SourceError(f"{self.folder} holds pages of {address}; remove it or choose another folder")
        else:
            started = datetime.now(UTC).isoformat(timespec="seconds")
            write_atomically(run_file, {"address": self.address, "started": started})

    def _fetch_kind(self, client: httpx.Client, kind: str) -> None:
        identifiers = self._identifiers(client, kind)
        size = v11.BATCH_SIZE
        batches = [identifiers[start : start + size] for start in range(0, len(identifiers), size)] or [[]]
        delivered = 0
        for number, batch in enumerate(batches, start=1):
            page = self.folder / f"{kind}-{number}.json"
            items = read_cached(page, v11.items_of_page)
            if items is None:
                items = self._batch(client, kind, batch) if batch else []
                write_atomically(page, v11.make_page(items, number, len(batches)))
            delivered += len(items)
            self.progress(f"fetching {kind}", number, len(batches))
        if delivered < len(identifiers):
            self.missing[kind] = len(identifiers) - delivered

    def _identifiers(self, client: httpx.Client, kind: str) -> list[str]:
        """Return the distinct ids of a kind in the order of the interface; cached in a file when complete."""
        file = self.folder / f"ids-{kind}.json"
        if (cached := read_cached(file, list)) is not None:
            return cached
        identifiers: dict[str, None] = {}
        page, pages = 1, 1
        while page <= pages:
            path, parameters = v11.ids_request(kind, page)
            page_ids, pages = self._parse(v11.read_ids, self._get(client, path, parameters), path)
            identifiers.update(dict.fromkeys(page_ids))
            self.progress(f"listing {kind}", page, pages)
            page += 1
        write_atomically(file, list(identifiers))
        return list(identifiers)

    def _batch(self, client: httpx.Client, kind: str, identifiers: list[str]) -> list[dict]:
        path, parameters = v11.batch_request(kind, identifiers)
        body = self._get(client, path, parameters, not_found_value=[])
        return self._parse(v11.items_of_batch, body, path)

    def _parse(self, parse: Callable[[Any], Parsed], body: Any, path: str) -> Parsed:
        """Return the parsed body of a response. Raises SourceError if it does not have the documented shape."""
        try:
            return parse(body)
        except v11.ShapeError as error:
            raise SourceError(f"{self.address}{path}: {error}") from error

    def _get(self, client: httpx.Client, path: str, parameters: dict[str, str], not_found_value: Any = None) -> Any:
        """Return parsed JSON. Raises SourceError after the last attempt.

        `not_found_value`, if given, is returned for the status by which the interface reports an empty result.
        """
        reason = ""
        for attempt in range(1, self.limits.attempts + 1):
            wait = None
            try:
                status, headers, content = self._request(client, path, parameters)
                if status == 200:
                    return parse_json(content)
                if status == v11.NOT_FOUND_STATUS and not_found_value is not None:
                    return not_found_value
                reason = f"answered {status}"
                if 300 <= status < 400:
                    reason += f" and redirects to {headers.get('Location', 'nowhere')}; use that address instead"
                if status not in RETRIED_STATUSES:
                    break
                wait = parse_retry_after(headers.get("Retry-After", ""))
            except httpx.TransportError as error:
                reason = f"{type(error).__name__}: {error}".rstrip(": ")
            except ValueError as error:
                # A truncated response is as temporary as a timeout: retry.
                reason = f"not JSON, {error}"
            if attempt < self.limits.attempts:
                self.sleep(self._wait_seconds(attempt, wait))
        raise SourceError(f"{self.address}{path} {reason} (attempt {attempt} of {self.limits.attempts})")

    def _wait_seconds(self, attempt: int, retry_after: float | None) -> float:
        """Seconds before the next attempt: Retry-After of the server, or exponential backoff."""
        if retry_after is not None:
            return min(retry_after, self.limits.max_wait)
        return min(self.limits.first_backoff * 2 ** (attempt - 1), self.limits.max_wait) * random.uniform(0.75, 1.25)

    def _request(self, client: httpx.Client, path: str, parameters: dict[str, str]) -> tuple[int, httpx.Headers, bytes]:
        with client.stream("GET", self.address + path, params=parameters) as response:
            try:
                content = outbound.read_content(
                    response, max_bytes=self.limits.max_bytes, total_timeout=self.limits.total_timeout
                )
            except outbound.ResponseTooLarge as error:
                raise SourceError(f"{self.address}{path}: {error}") from error
            return response.status_code, response.headers, content


def base_address(address: str) -> str:
    """Return the address without /api and what follows. Raises SourceError unless it is an http or https address."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError as error:
        raise SourceError(f"{address} is not an address") from error
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.query or parts.fragment:
        raise SourceError(f"{address} is not an http or https address of a catalogue")
    path = parts.path.rstrip("/")
    for ending in ("/api/v11", "/api"):
        path = path.removesuffix(ending)
    return f"{parts.scheme}://{parts.netloc}{path}"


def parse_retry_after(value: str) -> float | None:
    """Return the seconds of a Retry-After header, which holds seconds or a date; None for other values."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def read_cached(path: Path, parse: Callable[[Any], list]) -> list | None:
    """Return the parsed content of a file from an earlier download; None if it must be fetched (again)."""
    try:
        return parse(parse_json(path.read_bytes()))
    except (FileNotFoundError, ValueError):
        return None


def write_atomically(path: Path, body: Any) -> None:
    """Write JSON to a file, which afterwards has either the old or the whole new content."""
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    partial.replace(path)
