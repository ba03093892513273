"""Import PTV: read, check, compare, and write all records in one transaction.

Search rows are indexed after that transaction, in short batches, so that others can publish meanwhile. If indexing is
interrupted, `check_index` reports the differences and `reindex` repairs them.
"""

import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from organisations.core.audit_context import ChangeSource, audit_context
from organisations.core.locks import wait_at_most
from organisations.models import Municipality, WellbeingCounty
from services.actions.locks import AlreadyRunning, exclusive_lock
from services.exchange.importers.base import apply
from services.exchange.importers.base.field_values import ValueConverter
from services.exchange.importers.base.plan import KindPlan, compare_records, find_gone
from services.exchange.importers.base.problems import Problems
from services.exchange.importers.base.record_kinds import (
    IMPORT_KINDS,
    LOCATION,
    ORGANISATION,
    SERVICE,
    SYSTEM,
    ImportKind,
)
from services.exchange.importers.base.records import Records
from services.exchange.importers.base.scope import ImportScope, UnknownScope, parse_scope
from services.exchange.importers.base.stored_records import load_records
from services.exchange.importers.progress import Progress, no_progress
from services.indexing.services import index_services
from services.indexing.suggestions import index_organisation_suggestions
from services.models import Category, ExternalCode, ImportRun, Service
from services.models.category import CodeMatch
from services.models.import_run import ImportOutcome

from .download import Download
from .reader import read_records
from .source import SourceError, is_url, read_folder

# A larger share of records gone at once indicates a broken source.
MASS_ARCHIVE_SHARE = 0.2
# Older downloads are considered outdated.
MAX_CACHE_AGE_SECONDS = 24 * 3600
# Advisory lock key, shared by all imports of this kind.
LOCK_ID = 0x505456


class ImportRefused(Exception):
    """Nothing was written; `reasons` has one line per reason."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass
class ImportReport:
    """The result of an import, or of a dry run."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)

    @property
    def written(self) -> int:
        """Number of new, changed and archived records."""
        return sum(counts[key] for counts in self.counts.values() for key in ("new", "changed", "gone"))

    def notices(self) -> list[dict]:
        return [
            {"code": notice.code, "value": notice.value, "count": notice.count, "examples": notice.examples}
            for notice in self.problems.notices
        ]


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

    `only` limits the import to a sector or a county; see `scope`. `cache` is where pages of the live
    interface wait until they are imported. Raises ImportRefused, and then no record has been written; or LockTimeout.
    """
    started, report = timezone.now(), ImportReport()
    try:
        scope = parse_scope(only)
        with _page_folder(source, cache, report.problems, progress, keep=dry_run) as folder:
            records = _read_folder_records(folder, report.problems, progress)
            _raise_on_errors(report.problems)
            with wait_at_most(settings.COMMAND_LOCK_TIMEOUT):
                with _one_import():
                    touched = _compare_and_write(records, scope, report, dry_run, allow_mass_archive, progress)
                _reindex_services(touched, progress)
    except (SourceError, UnknownScope, ImportRefused) as error:
        refusal = error if isinstance(error, ImportRefused) else ImportRefused([str(error)])
        if not dry_run:
            _record_run(source, started, report, ImportOutcome.REFUSED, refusal.reasons)
        raise refusal from error
    if not dry_run:
        _record_run(source, started, report, ImportOutcome.DONE)
    return report


@contextmanager
def _page_folder(
    source: str, cache: Path | None, problems: Problems, progress: Progress, *, keep: bool
) -> Iterator[Path]:
    """The folder of pages. One that was fetched is removed when its content is in the database."""
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


@contextmanager
def _one_import() -> Iterator[None]:
    try:
        with exclusive_lock(LOCK_ID):
            yield
    except AlreadyRunning:
        raise ImportRefused(["Another import of the catalogue is running."]) from None


def _read_folder_records(folder: Path, problems: Problems, progress: Progress) -> Records:
    return read_records(
        read_folder(folder, problems, progress),
        municipalities=set(Municipality.objects.values_list("pk", flat=True)),
        counties=set(WellbeingCounty.objects.values_list("pk", flat=True)),
        problems=problems,
    )


def _raise_on_errors(problems: Problems) -> None:
    if problems.errors:
        raise ImportRefused([str(problem) for problem in problems.errors])


@transaction.atomic
def _compare_and_write(
    records: Records,
    scope: ImportScope,
    report: ImportReport,
    dry_run: bool,
    allow_mass_archive: bool,
    progress: Progress,
) -> dict[str, set[int]]:
    """Returns the ids of the records that were written, by the name of their kind."""
    plans = _import_plans(records, scope, report, lock=not dry_run, progress=progress)
    report.counts = {plan.kind.name: plan.counts for plan in plans.values()}
    if not allow_mass_archive:
        _raise_on_mass_archive(plans)
    if dry_run:
        return {}
    # The untranslated columns that stand behind translated ones take the text of the active language.
    with translation.override("fi"), audit_context(through=ChangeSource.IMPORT):
        touched = {}
        for step, kind in enumerate(IMPORT_KINDS, start=1):
            touched[kind.name] = apply.write_plan(plans[kind.name])
            progress("writing", step, len(IMPORT_KINDS))
    return touched


def _import_plans(
    records: Records, scope: ImportScope, report: ImportReport, *, lock: bool, progress: Progress
) -> dict[str, KindPlan]:
    stored = {kind.name: load_records(kind, lock=lock) for kind in IMPORT_KINDS}
    selected = scope.select(records)
    moved = _merged_categories()
    convert = ValueConverter(report.problems, _categories_by_class(moved), records.class_names)
    contents = {
        ORGANISATION: (selected.organisations, convert.organisation, records.organisations),
        LOCATION: (selected.locations, convert.location, records.locations),
        SERVICE: (selected.services, convert.service, records.services),
    }
    plans = {}
    organisations = stored[ORGANISATION.name]
    for step, (kind, (chosen, values_of, everything)) in enumerate(contents.items(), start=1):
        incoming = {identifier: values_of(record) for identifier, record in chosen.items()}
        plan = compare_records(kind, incoming, stored[kind.name], report.problems, moved)
        find_gone(plan, set(everything), partial(scope.includes, kind, organisations=organisations))
        plans[kind.name] = plan
        progress("comparing", step, len(contents))
    _keep_organisations_with_services(plans[ORGANISATION.name], report.problems)
    return plans


def _keep_organisations_with_services(plan: KindPlan, problems: Problems) -> None:
    """Keep organisations that left the catalogue but have services created here."""
    gone = [here.pk for here in plan.gone]
    busy = set(
        Service.objects.filter(organisation__in=gone, status="published")
        .exclude(references__system=SYSTEM)
        .values_list("organisation", flat=True)
    )
    for here in plan.gone:
        if here.pk in busy:
            problems.notice("gone-but-in-use", "organisation with services of its own here", here.name)
    plan.gone = [here for here in plan.gone if here.pk not in busy]


def _raise_on_mass_archive(plans: dict[str, KindPlan]) -> None:
    reasons = [
        f"{len(plan.gone)} of {plan.active} {name} would be archived, which is more than {MASS_ARCHIVE_SHARE:.0%}."
        for name, plan in plans.items()
        if len(plan.gone) > MASS_ARCHIVE_SHARE * plan.active
    ]
    if reasons:
        raise ImportRefused([*reasons, "If that is right, allow it (--allow-mass-archive)."])


def _merged_categories() -> dict[str, str]:
    """Codes of merged categories mapped to the codes of their final targets."""
    codes, tree = dict(Category.objects.values_list("pk", "code")), Category.tree()
    targets = {pk: tree.current(pk) for pk in codes}
    return {codes[pk]: codes[target] for pk, target in targets.items() if target != pk}


def _categories_by_class(moved: dict[str, str]) -> dict[tuple[str, str], list[str]]:
    """Category codes by class. Broader classes are excluded, as they do not imply the category."""
    codes: dict[tuple[str, str], list[str]] = {}
    rows = ExternalCode.objects.filter(system=SYSTEM).exclude(match=CodeMatch.BROAD)
    for system, code, category in rows.values_list("system", "code", "category__code"):
        codes.setdefault((system, code), []).append(moved.get(category, category))
    return codes


def _reindex_services(touched: dict[str, set[int]], progress: Progress) -> None:
    """Reindex services that changed, or whose organisation or locations did."""
    if not touched:
        return
    services = set(touched[SERVICE.name])
    services |= _service_ids_of(ORGANISATION, "organisation__in", touched)
    services |= _service_ids_of(LOCATION, "locations__in", touched)
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress("indexing", done, len(services))

    index_organisation_suggestions(organisation_ids=touched[ORGANISATION.name])
    if services:
        index_services(service_ids=services, progress=advance)


def _service_ids_of(kind: ImportKind, condition: str, touched: dict[str, set[int]]) -> set[int]:
    return set(Service.objects.filter(**{condition: touched[kind.name]}).values_list("pk", flat=True))


def _record_run(source: str, started, report: ImportReport, outcome: ImportOutcome, reasons: list[str] = ()) -> None:
    refusals = [{"code": "refused", "value": reason, "count": 1, "examples": []} for reason in reasons]
    ImportRun.objects.create(
        system=SYSTEM,
        source=source[:500],
        started_at=started,
        outcome=outcome,
        counts=report.counts,
        notices=[*refusals, *report.notices()],
    )
