"""Read the items of a folder of pages."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.exchange.importers.base.problems import Problems, SourceError
from services.exchange.importers.progress import Progress, no_progress

from . import v11

# A page of the catalogue has about a megabyte; a much larger file is not a page.
MAX_FILE_BYTES = 256 * 1024 * 1024
PAGE_NAME = re.compile(rf"({'|'.join(v11.PAGE_KINDS)})-(\d+)\.json")


@dataclass(frozen=True, slots=True)
class SourceItem:
    """One record of the source as parsed JSON, its kind, and its position in the source."""

    kind: str
    data: dict
    where: str


def is_url(source: str) -> bool:
    """Whether a source is the address of an interface and not a folder."""
    return "://" in source


def read_folder(folder: Path, problems: Problems, progress: Progress = no_progress) -> Iterator[SourceItem]:
    """Yield the items of all pages in a folder, organisations first.

    Errors, such as a missing page or a file that is not JSON, are added to `problems` with the file and the position in
    it. Raises SourceError if the folder has no pages.
    """
    pages = _pages(folder)
    total = sum(len(paths) for paths in pages.values())
    done = 0
    for kind in v11.PAGE_KINDS:
        positions: list[tuple[int, int]] = []
        if not pages[kind]:
            problems.error("missing-page", str(folder), f"there is no {kind}-*.json")
        for path in pages[kind]:
            body, position_count = _read_json(path, problems), len(positions)
            if body is not None:
                yield from _page_items(kind, body, path.name, positions, problems)
            if len(positions) == position_count:
                # The file exists, and its error is reported, so its page is not reported as missing too.
                positions.append((_page_number(path), 1))
            done += 1
            progress("reading pages", done, total)
        _check_page_sequence(kind, positions, folder, problems)


def _pages(folder: Path) -> dict[str, list[Path]]:
    if not folder.is_dir():
        raise SourceError(f"{folder} is not a folder")
    paths_by_kind: dict[str, list[Path]] = {kind: [] for kind in v11.PAGE_KINDS}
    for path in folder.iterdir():
        if match := PAGE_NAME.fullmatch(path.name):
            paths_by_kind[match[1]].append(path)
    if not any(paths_by_kind.values()):
        raise SourceError(
            f"{folder} holds no pages (organizations-1.json, services-1.json, servicechannels-1.json ...)"
        )
    return {kind: sorted(paths, key=_page_number) for kind, paths in paths_by_kind.items()}


def _page_number(path: Path) -> int:
    match = PAGE_NAME.fullmatch(path.name)
    return int(match[2]) if match else 0


def _read_json(path: Path, problems: Problems) -> Any:
    """Return the parsed file, or None after reporting an error."""
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
    """Return parsed JSON. Raises ValueError with the position of the mistake."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from error
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        hint = " (the file is truncated)" if error.pos >= len(text.rstrip()) else ""
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}{hint}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if body is None:
        raise ValueError("holds only null")
    return body


def _page_items(
    kind: str, body: Any, name: str, positions: list[tuple[int, int]], problems: Problems
) -> Iterator[SourceItem]:
    try:
        entries = v11.items_of_page(body)
        positions.append(v11.page_position(body))
    except v11.ShapeError as error:
        problems.error("wrong-shape", name, str(error))
        return
    for index, data in enumerate(entries, start=1):
        yield SourceItem(kind, data, f"{name}, item {index}")


def _check_page_sequence(kind: str, positions: list[tuple[int, int]], folder: Path, problems: Problems) -> None:
    """Report missing pages as errors, because the import would archive their records."""
    present = {number for number, _ in positions}
    expected = max((count for _, count in positions), default=0)
    missing = sorted(set(range(1, expected + 1)) - present)
    if missing:
        pages = ", ".join(str(number) for number in missing[:10]) + (" ..." if len(missing) > 10 else "")
        problems.error("missing-page", str(folder), f"{kind}: page {pages} of {expected} is missing")
