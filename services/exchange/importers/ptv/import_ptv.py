"""Import the Finnish Service Catalogue from a folder of pages or the live interface."""

import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from organisations.models import Municipality, WellbeingCounty
from services.exchange.importers.base.import_records import import_records
from services.exchange.importers.base.problems import Problems
from services.exchange.importers.base.records import Records
from services.exchange.importers.base.report import ImportReport, recorded_run
from services.exchange.importers.base.scope import parse_scope
from services.exchange.importers.progress import Progress, no_progress

from .download import Download
from .link_records import read_records
from .source import is_url, read_folder

# Identifies the catalogue in references, external codes and import runs.
SYSTEM = "ptv"
# Maximum age of downloaded pages.
MAX_CACHE_AGE_SECONDS = 24 * 3600


def import_ptv(
    source: str,
    *,
    dry_run: bool = False,
    only: str = "",
    allow_mass_archive: bool = False,
    progress: Progress = no_progress,
    cache: Path | None = None,
) -> ImportReport:
    """Import the catalogue from a folder of pages or the address of the live interface.

    `only` limits the import to a sector or a county (see `base.scope`). `cache` is the folder for pages of the live
    interface until they are imported. Raises ImportRefused, and then no record was written, or LockTimeout.
    """
    report = ImportReport()
    with recorded_run(SYSTEM, source, report, dry_run=dry_run):
        scope = parse_scope(only)
        with _page_folder(source, cache, report.problems, progress, keep=dry_run) as folder:
            import_records(
                _read_folder_records(folder, report.problems, progress),
                system=SYSTEM,
                scope=scope,
                report=report,
                dry_run=dry_run,
                allow_mass_archive=allow_mass_archive,
                progress=progress,
            )
    return report


@contextmanager
def _page_folder(
    source: str, cache: Path | None, problems: Problems, progress: Progress, *, keep: bool
) -> Iterator[Path]:
    """Yield the folder of pages; a downloaded one is deleted after the import unless `keep` is set."""
    if not is_url(source):
        yield Path(source)
        return
    name = hashlib.sha256(source.encode()).hexdigest()[:16]
    folder = (cache or Path(settings.BASE_DIR) / "var" / "ptv") / name
    if folder.exists() and time.time() - folder.stat().st_mtime > MAX_CACHE_AGE_SECONDS:
        shutil.rmtree(folder)
    download = Download(source, folder, progress=progress)
    download.run()
    for kind, count in download.missing.items():
        for _ in range(count):
            problems.notice("not-delivered", f"{kind}: listed but gone when it was fetched")
    yield folder
    if not keep:
        shutil.rmtree(folder)


def _read_folder_records(folder: Path, problems: Problems, progress: Progress) -> Records:
    return read_records(
        read_folder(folder, problems, progress),
        municipalities=set(Municipality.objects.values_list("pk", flat=True)),
        counties=set(WellbeingCounty.objects.values_list("pk", flat=True)),
        problems=problems,
    )
