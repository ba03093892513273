"""The figures of a run, as Markdown tables that can go into docs/search.md."""

import os
import statistics
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field

import psutil
from django.utils import timezone

from .load import Timings
from .statements import SqlShare

SLOWEST_SHOWN = 5


@dataclass
class Figures:
    """All that a run measured. Keys are (kind of request, how many at once) or the kind; pairs are (large, small)."""

    sizes: tuple[int, int]
    timings: dict[tuple[str, int], tuple[Timings, Timings]] = field(default_factory=dict)
    shares: dict[str, tuple[list[SqlShare], list[SqlShare]]] = field(default_factory=dict)
    statements: dict[str, tuple[set[int], set[int]]] = field(default_factory=dict)
    memory: list[tuple[float, float]] = field(default_factory=list)
    tables: list[tuple[str, int, float, float]] = field(default_factory=list)
    slowest: tuple[float, str, str] | None = None
    plan: str = ""
    indexing: float = 0.0
    edits: list[float] = field(default_factory=list)


def percentile95(values: Iterable[float]) -> float:
    found = sorted(values)
    return found[int(0.95 * (len(found) - 1))]


def render_report(figures: Figures) -> str:
    parts = [_machine(figures), *_load(figures), *_shares(figures), *_growth(figures), *_writing(figures)]
    parts += [*_memory(figures), *_tables(figures), *_slow(figures)]
    return "\n".join(parts)


def _machine(figures: Figures) -> str:
    return (
        f"\n{timezone.localdate():%Y-%m-%d}, {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, "
        f"load {os.getloadavg()[0]:.1f}; {figures.sizes[0]:,} and {figures.sizes[1]:,} services; milliseconds"
    )


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple]) -> list[str]:
    lines = [f"\n{title}\n", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(map(_format_figure, row)) + " |" for row in rows]


def _format_figure(value) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _load(figures: Figures) -> list[str]:
    return _table(
        "Over HTTP, two workers",
        ("request", "at once", "median", "p95", "requests/s"),
        (
            (kind, at_once, large.median, large.p95, large.per_second)
            for (kind, at_once), (large, _small) in figures.timings.items()
        ),
    )


def _shares(figures: Figures) -> list[str]:
    def row(kind: str, size: int, shares: list[SqlShare]) -> tuple:
        page, sql, django = (
            statistics.median(getattr(share, name) for share in shares) for name in ("page", "sql", "django")
        )
        ratio = statistics.median(share.django / share.sql for share in shares)
        return kind, size, page, sql, django, f"{ratio:.2f}"

    return _table(
        "Page and bare SQL, one at a time, medians (goal: Django/SQL at most 1 in the large directory)",
        ("request", "services", "page", "SQL alone", "Django", "Django/SQL"),
        (
            row(kind, size, shares)
            for kind, pair in figures.shares.items()
            for size, shares in zip(figures.sizes, pair, strict=True)
        ),
    )


def _growth(figures: Figures) -> list[str]:
    return _table(
        "Large against small directory (goal: p95 at most 3 times as long)",
        ("request", "at once", "p95 small", "p95 large", "ratio", "statements small", "statements large"),
        (
            (
                kind,
                at_once,
                small.p95,
                large.p95,
                f"{large.p95 / small.p95:.1f}",
                *(", ".join(map(str, sorted(found))) for found in reversed(figures.statements[kind])),
            )
            for (kind, at_once), (large, small) in figures.timings.items()
        ),
    )


def _writing(figures: Figures) -> list[str]:
    return _table(
        "Writing",
        ("what", "took", "goal"),
        (
            (f"indexing all {figures.sizes[0]:,} services", f"{figures.indexing / 60:.1f} min", "10 min"),
            ("one edited service, median", f"{statistics.median(figures.edits):.0f} ms", "100 ms"),
            ("one edited service, p95", f"{percentile95(figures.edits):.0f} ms", ""),
        ),
    )


def _memory(figures: Figures) -> list[str]:
    return _table(
        "Memory of the workers after all requests, MiB",
        ("worker", "RSS", "PSS"),
        ((number, *found) for number, found in enumerate(figures.memory, start=1)),
    )


def _tables(figures: Figures) -> list[str]:
    total = (
        "together",
        sum(row[1] for row in figures.tables),
        *(sum(row[n] for row in figures.tables) for n in (2, 3)),
    )
    return _table(
        "What search stores, MiB",
        ("table", "rows", "table size", "index size"),
        ((name, int(rows), float(table), float(index)) for name, rows, table, index in [*figures.tables, total]),
    )


def _slow(figures: Figures) -> list[str]:
    lines = ["\nThe slowest requests (median, one at a time)\n"]
    for (_kind, at_once), (large, _small) in figures.timings.items():
        if at_once == 1:
            lines += [f"    {ms:8.1f}  {address}" for ms, address in large.by_slowness()[:SLOWEST_SHOWN]]
    took, address, sql = figures.slowest
    lines += [f"\nThe slowest statement: {took:.0f} ms, of {address}\n", textwrap.shorten(sql, 3000), "", figures.plan]
    return lines
