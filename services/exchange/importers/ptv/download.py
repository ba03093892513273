"""Fetches the catalogue from the live interface into a folder of pages, politely and so that it can be
resumed.

The folder ends up in the very shape that `source.read_folder` reads. Every page is written whole or not at
all, so that a download that was broken off goes on where it stopped.
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from services import outbound
from services.exchange.importers.progress import Progress, no_progress

from . import v11
from .source import SourceError, parse_json

RETRIED_STATUSES = {408, 425, 429, 500, 502, 503, 504}
RUN_FILE = "run.json"


@dataclass(frozen=True, slots=True)
class DownloadLimits:
    """Request limits for the interface. Times in seconds."""

    timeout: float = 60.0
    attempts: int = 6
    first_backoff: float = 1.0
    """Wait before the second attempt; doubled for each further one."""
    max_wait: float = 120.0
    max_response_seconds: float = 300.0
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
        manners: DownloadLimits | None = None,
        progress: Progress = no_progress,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`address`: the base URL, with or without /api/v11. Raises SourceError for other schemes."""
        self.address = base_address(address)
        self.folder = folder
        self.manners = manners or DownloadLimits()
        self.progress = progress
        self.sleep = sleep
        self.missing: dict[str, int] = {}
        """How many records of each kind were listed but not delivered."""

    def run(self) -> None:
        """Fetch what is missing from the folder. Raises SourceError if the interface keeps failing."""
        self._claim_folder()
        # The operator chose the address, so it may be a copy in the internal network.
        headers = {"Accept": "application/json"}
        with outbound.http_client(silence=self.manners.timeout, named=True, headers=headers) as client:
            for kind in v11.PAGE_KINDS:
                self._fetch_kind(client, kind)

    def _claim_folder(self) -> None:
        """Bind the folder to one address, so that pages of two catalogues cannot mix."""
        self.folder.mkdir(parents=True, exist_ok=True)
        note = self.folder / RUN_FILE
        if note.exists():
            try:
                address = json.loads(note.read_text("utf-8"))["address"]
            except (ValueError, KeyError, TypeError) as error:
                raise SourceError(f"{note} cannot be read; remove {self.folder} to start over") from error
            if address != self.address:
                raise SourceError(f"{self.folder} holds pages of {address}; remove it or choose another folder")
        else:
            started = datetime.now(UTC).isoformat(timespec="seconds")
            write_atomically(note, {"address": self.address, "started": started})

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
        """All ids of a kind, each once, in the order of the interface; kept in a file once complete."""
        file = self.folder / f"ids-{kind}.json"
        if (complete := read_cached(file, list)) is not None:
            return complete
        identifiers: dict[str, None] = {}
        page, pages = 1, 1
        while page <= pages:
            path, parameters = v11.ids_request(kind, page)
            body = self._get(client, path, parameters)
            page_ids, pages = self._check_shape(lambda body=body: v11.read_ids(body), path)
            identifiers.update(dict.fromkeys(page_ids))
            self.progress(f"listing {kind}", page, pages)
            page += 1
        write_atomically(file, list(identifiers))
        return list(identifiers)

    def _batch(self, client: httpx.Client, kind: str, identifiers: list[str]) -> list[dict]:
        path, parameters = v11.batch_request(kind, identifiers)
        body = self._get(client, path, parameters, none_found=[])
        return self._check_shape(lambda: v11.items_of_batch(body), path)

    def _check_shape(self, read: Callable[[], Any], path: str) -> Any:
        try:
            return read()
        except v11.ShapeError as error:
            raise SourceError(f"{self.address}{path}: {error}") from error

    def _get(self, client: httpx.Client, path: str, parameters: dict[str, str], none_found: Any = None) -> Any:
        """Parsed JSON; `none_found` is what "not found" means, if anything. Raises SourceError."""
        trouble = ""
        for attempt in range(1, self.manners.attempts + 1):
            wait = None
            try:
                status, headers, content = self._request(client, path, parameters)
                if status == 200:
                    return parse_json(content)
                if status == v11.NONE_FOUND and none_found is not None:
                    return none_found
                trouble = f"answered {status}"
                if 300 <= status < 400:
                    trouble += f" and points to {headers.get('Location', 'nowhere')}; give that address instead"
                if status not in RETRIED_STATUSES:
                    break
                wait = parse_retry_after(headers.get("Retry-After", ""))
            except httpx.TransportError as error:
                trouble = f"{type(error).__name__}: {error}".rstrip(": ")
            except ValueError as error:
                # A truncated response is as temporary as a timeout: retry.
                trouble = f"not JSON, {error}"
            if attempt < self.manners.attempts:
                self.sleep(self._wait_seconds(attempt, wait))
        raise SourceError(f"{self.address}{path} {trouble} (attempt {attempt} of {self.manners.attempts})")

    def _wait_seconds(self, attempt: int, retry_after: float | None) -> float:
        """Seconds before the next attempt: Retry-After of the server, or exponential backoff."""
        if retry_after is not None:
            return min(retry_after, self.manners.max_wait)
        return min(self.manners.first_backoff * 2 ** (attempt - 1), self.manners.max_wait) * random.uniform(0.75, 1.25)

    def _request(self, client: httpx.Client, path: str, parameters: dict) -> tuple[int, httpx.Headers, bytes]:
        with client.stream("GET", self.address + path, params=parameters) as response:
            limits = {"max_bytes": self.manners.max_bytes, "seconds": self.manners.max_response_seconds}
            try:
                content = outbound.read_content(response, **limits)
            except outbound.ResponseTooLarge as error:
                raise SourceError(f"{self.address}{path}: {error}") from error
            return response.status_code, response.headers, content


def base_address(address: str) -> str:
    """The address up to and without /api. Raises SourceError for anything but http and https."""
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
    """Seconds of a Retry-After header, given as seconds or as a date; None for anything else."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def read_cached(path: Path, read: Callable[[Any], list]) -> list | None:
    """The content of a file from an earlier attempt; None if it must be fetched (again)."""
    try:
        return read(parse_json(path.read_bytes()))
    except (FileNotFoundError, ValueError):
        return None


def write_atomically(path: Path, body: Any) -> None:
    """Write JSON atomically."""
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    partial.replace(path)
