"""Pages of the catalogue from a folder, or from the live interface by way of a folder."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.exchange.importers.base.problems import Problems
from services.exchange.importers.progress import Progress, no_progress

from . import v11

# A page of the catalogue has about a megabyte; a file a hundred times as large is not a page.
MAX_FILE_BYTES = 256 * 1024 * 1024
PAGE_NAME = re.compile(rf"({'|'.join(v11.PAGE_KINDS)})-(\d+)\.json")


class SourceError(Exception):
    """The source cannot be read at all: missing folder, unreachable address, redirect."""


@dataclass(frozen=True, slots=True)
class SourceItem:
    """One record as the source holds it, and where it stands."""

    kind: str
    data: dict
    where: str


def is_url(source: str) -> bool:
    return "://" in source


def read_folder(folder: Path, problems: Problems, progress: Progress = no_progress) -> Iterator[SourceItem]:
    """The items of every page in the folder, organisations first.

    Errors are added to `problems` and name the file and the place in it: a file that is not JSON or of
    another shape, a page that is missing from its row. Raises SourceError where the folder holds no pages.
    """
    pages = _pages(folder)
    total = sum(len(paths) for paths in pages.values())
    done = 0
    for kind in v11.PAGE_KINDS:
        spreads: list[tuple[int, int]] = []
        if not pages[kind]:
            problems.error("missing-page", str(folder), f"there is no {kind}-*.json")
        for path in pages[kind]:
            body, read = _read_json(path, problems), len(spreads)
            if body is not None:
                yield from _page_items(kind, body, path.name, spreads, problems)
            if len(spreads) == read:
                # The error is already reported; the page exists, so do not report it as missing.
                spreads.append((_page_number(path), 1))
            done += 1
            progress("reading pages", done, total)
        _check_page_sequence(kind, spreads, folder, problems)


def _pages(folder: Path) -> dict[str, list[Path]]:
    if not folder.is_dir():
        raise SourceError(f"{folder} is not a folder")
    found: dict[str, list[Path]] = {kind: [] for kind in v11.PAGE_KINDS}
    for path in folder.iterdir():
        if match := PAGE_NAME.fullmatch(path.name):
            found[match[1]].append(path)
    if not any(found.values()):
        raise SourceError(
            f"{folder} holds no pages (organizations-1.json, services-1.json, servicechannels-1.json ...)"
        )
    return {kind: sorted(paths, key=_page_number) for kind, paths in found.items()}


def _page_number(path: Path) -> int:
    return int(PAGE_NAME.fullmatch(path.name)[2])


def _read_json(path: Path, problems: Problems) -> Any:
    """The parsed file, or None after reporting an error."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            problems.error("too-large", path.name, f"larger than {MAX_FILE_BYTES // 2**20} MiB")
            return None
        return parse_json(path.read_bytes())
    except OSError as error:
        problems.error("unreadable", path.name, error.strerror or str(error))
    except ValueError as error:
        problems.error("not-json", path.name, str(error))
    return None


def parse_json(content: bytes) -> Any:
    """Parsed JSON. Raises ValueError with the position of the error."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from error
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        ended = " (the file ends in the middle)" if error.pos >= len(text.rstrip()) else ""
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}{ended}") from error
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if body is None:
        raise ValueError("holds null and nothing else")
    return body


def _page_items(
    kind: str, body: Any, name: str, spreads: list[tuple[int, int]], problems: Problems
) -> Iterator[SourceItem]:
    try:
        entries = v11.items_of_page(body)
        spreads.append(v11.page_position(body))
    except v11.ShapeError as error:
        problems.error("wrong-shape", name, str(error))
        return
    for index, data in enumerate(entries, start=1):
        yield SourceItem(kind, data, f"{name}, item {index}")


def _check_page_sequence(kind: str, spreads: list[tuple[int, int]], folder: Path, problems: Problems) -> None:
    """Report missing pages: an incomplete copy would make many records look gone."""
    have = {number for number, _ in spreads}
    expected = max((count for _, count in spreads), default=0)
    missing = sorted(set(range(1, expected + 1)) - have)
    if missing:
        pages = ", ".join(str(number) for number in missing[:10]) + (" ..." if len(missing) > 10 else "")
        problems.error("missing-page", str(folder), f"{kind}: page {pages} of {expected} is missing")
