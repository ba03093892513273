"""Compare the records of a source with the database, and write them in one transaction or not at all.

Search rows are updated after that transaction, in batches between which others can write; within it, nobody could
publish until the end of the import. If the indexing is interrupted, `check_index` reports what is out of date and
`reindex` corrects it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from organisations.core.audit_context import ChangeSource, audit_context
from organisations.core.locks import wait_at_most
from services.actions.locks import AlreadyRunning, exclusive_lock
from services.exchange.importers.progress import Progress
from services.indexing.services import index_services
from services.indexing.suggestions import index_organisation_suggestions
from services.models import Category, ExternalCode, Service
from services.models.category import CodeMatch

from . import apply
from .field_values import ValueConverter
from .plan import KindPlan, compare_records, find_missing
from .problems import Problems
from .record_kinds import IMPORT_KINDS, LOCATION, ORGANISATION, SERVICE, ImportKind, Values
from .records import Records
from .report import ImportRefused, ImportReport
from .scope import ImportScope
from .stored_records import load_records

# If more than this share of the records in use is missing at once, the source is probably broken.
MASS_ARCHIVE_SHARE = 0.2
# Arbitrary id of the advisory lock that allows one import of records at a time.
LOCK_ID = 0x505456


def import_records(
    records: Records,
    *,
    system: str,
    scope: ImportScope,
    report: ImportReport,
    dry_run: bool,
    allow_mass_archive: bool,
    progress: Progress,
) -> None:
    """Write the records of a source system, and archive those within the scope that it no longer has.

    `system` identifies the source in references, external codes and runs. Fills `report`; a dry run writes nothing
    else. Raises ImportRefused, and then nothing was written, or LockTimeout.
    """
    _raise_on_errors(report.problems)
    with wait_at_most(settings.COMMAND_LOCK_TIMEOUT):
        with _single_import():
            written = _compare_and_write(records, system, scope, report, dry_run, allow_mass_archive, progress)
        _update_index(written, progress)


def _raise_on_errors(problems: Problems) -> None:
    if problems.errors:
        raise ImportRefused([str(problem) for problem in problems.errors])


@contextmanager
def _single_import() -> Iterator[None]:
    try:
        with exclusive_lock(LOCK_ID):
            yield
    except AlreadyRunning:
        raise ImportRefused(["Another import is running."]) from None


@transaction.atomic
def _compare_and_write(
    records: Records,
    system: str,
    scope: ImportScope,
    report: ImportReport,
    dry_run: bool,
    allow_mass_archive: bool,
    progress: Progress,
) -> dict[str, set[int]]:
    """Return the ids of the written records by the name of their kind."""
    plans = _import_plans(records, system, scope, report, lock=not dry_run, progress=progress)
    report.counts = {plan.kind.name: plan.counts for plan in plans.values()}
    if not allow_mass_archive:
        _raise_on_mass_archive(plans)
    if dry_run:
        return {}
    # The untranslated columns of translated fields take the text of the active language.
    with translation.override("fi"), audit_context(through=ChangeSource.IMPORT):
        written: dict[str, set[int]] = {}
        for step, kind in enumerate(IMPORT_KINDS, start=1):
            written[kind.name] = apply.write_plan(plans[kind.name])
            progress("writing", step, len(IMPORT_KINDS))
    return written


def _import_plans(
    records: Records, system: str, scope: ImportScope, report: ImportReport, *, lock: bool, progress: Progress
) -> dict[str, KindPlan]:
    stored = {kind.name: load_records(kind, system, lock=lock) for kind in IMPORT_KINDS}
    selection = scope.select(records)
    merged_categories = _merged_categories()
    converter = ValueConverter(report.problems, _categories_by_class(merged_categories), records.class_names)
    # Each kind with its records within the scope, their conversion to values, and all its records.
    inputs: tuple[tuple[ImportKind, Mapping[str, Any], Callable[[Any], Values], Mapping[str, Any]], ...] = (
        (ORGANISATION, selection.organisations, converter.organisation, records.organisations),
        (LOCATION, selection.locations, converter.location, records.locations),
        (SERVICE, selection.services, converter.service, records.services),
    )
    plans = {}
    organisations = stored[ORGANISATION.name]
    for step, (kind, selected, values_of, all_records) in enumerate(inputs, start=1):
        incoming = {identifier: values_of(record) for identifier, record in selected.items()}
        plan = compare_records(kind, system, incoming, stored[kind.name], report.problems, merged_categories)
        is_within_scope = partial(scope.includes, kind, organisations=organisations)
        find_missing(plan, stored[kind.name], all_records.keys(), is_within_scope)
        plans[kind.name] = plan
        progress("comparing", step, len(inputs))
    _keep_organisations_with_services(plans[ORGANISATION.name], report.problems)
    return plans


def _keep_organisations_with_services(plan: KindPlan, problems: Problems) -> None:
    """Keep organisations in use that left the source but offer services that are not from it."""
    with_services = set(
        Service.objects.filter(organisation__in=[record.pk for record in plan.missing], status="published")
        .exclude(references__system=plan.system)
        .values_list("organisation", flat=True)
    )
    for record in plan.missing:
        if record.pk in with_services:
            problems.notice("gone-but-in-use", "organisation with services of its own here", record.name)
    plan.missing = [record for record in plan.missing if record.pk not in with_services]


def _raise_on_mass_archive(plans: dict[str, KindPlan]) -> None:
    reasons = [
        f"{len(plan.missing)} of {plan.active} {name} would be archived, which is more than {MASS_ARCHIVE_SHARE:.0%}."
        for name, plan in plans.items()
        if len(plan.missing) > MASS_ARCHIVE_SHARE * plan.active
    ]
    if reasons:
        raise ImportRefused([*reasons, "If that is right, allow it (--allow-mass-archive)."])


def _merged_categories() -> dict[str, str]:
    """Return the codes of merged categories with the codes of their final replacements."""
    codes, tree = dict(Category.objects.values_list("pk", "code")), Category.tree()
    targets = {pk: tree.current(pk) for pk in codes}
    return {codes[pk]: codes[target] for pk, target in targets.items() if target != pk}


def _categories_by_class(merged_categories: Mapping[str, str]) -> dict[tuple[str, str], list[str]]:
    """Return codes of categories by (system, code) of a class; a class broader than a category does not imply it."""
    categories: dict[tuple[str, str], list[str]] = {}
    rows = ExternalCode.objects.exclude(match=CodeMatch.BROAD)
    for system, code, category in rows.values_list("system", "code", "category__code"):
        categories.setdefault((system, code), []).append(merged_categories.get(category, category))
    return categories


def _update_index(written: dict[str, set[int]], progress: Progress) -> None:
    """Update the search rows of services that changed, or whose organisation or locations did."""
    if not written:
        return
    services = set(written[SERVICE.name])
    services |= _service_ids(organisation__in=written[ORGANISATION.name])
    services |= _service_ids(locations__in=written[LOCATION.name])
    done = 0

    def report_batch(count: int) -> None:
        nonlocal done
        done += count
        progress("indexing", done, len(services))

    index_organisation_suggestions(organisation_ids=written[ORGANISATION.name])
    if services:
        index_services(service_ids=services, progress=report_batch)


def _service_ids(**conditions: set[int]) -> set[int]:
    return set(Service.objects.filter(**conditions).values_list("pk", flat=True))
