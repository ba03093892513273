"""Write, order, publish and delete service paths and their steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from organisations.core.form_idempotency import submit_once
from services.content.record_values import Values, raise_on_conflict, record_values
from services.models import PathStep, PathStepService, Service, ServicePath
from services.models.service_path import step_rows

from .write_record import write_record

MAX_STEPS = 12


class PathHasNoSteps(Exception):
    """A path cannot be published: families and professionals would see an empty page."""


class TooManySteps(Exception):
    """The path has MAX_STEPS steps already."""


@transaction.atomic
def write_path(*, path: ServicePath, facts: Mapping[str, Any], values: Values, base: Mapping[str, str]) -> None:
    """Change a path. `base` are the digests of the values the writer started from. Raises EditConflict."""
    stored = ServicePath.objects.select_for_update().get(pk=path.pk)
    raise_on_conflict(theirs=record_values(stored), mine=values, base=base)
    write_record(record=stored, facts=facts)


def add_path(*, facts: Mapping[str, Any], form_key: str) -> ServicePath:
    """Store a new path, which is not public yet. Raises AlreadySubmitted and SubmissionInProgress."""
    return submit_once(key=form_key, write=lambda: _store(ServicePath(), facts))


def add_step(*, path: ServicePath, facts: Mapping[str, Any], services: Sequence[Service], form_key: str) -> PathStep:
    """Append a step. Raises TooManySteps, AlreadySubmitted and SubmissionInProgress."""

    def write() -> PathStep:
        last = _lock(path).steps.count()
        if last >= MAX_STEPS:
            raise TooManySteps
        step = _store(PathStep(path=path, position=last + 1), facts)
        PathStepService.objects.bulk_create(step_rows(step, services))
        return step

    return submit_once(key=form_key, write=write)


@transaction.atomic
def write_step(
    *,
    step: PathStep,
    facts: Mapping[str, Any],
    services: Sequence[Service],
    values: Values,
    base: Mapping[str, str],
) -> None:
    """Change a step and its services; deleted services are forgotten. Raises EditConflict."""
    _lock(step.path)
    stored = PathStep.objects.get(pk=step.pk)
    raise_on_conflict(theirs=step_values(stored), mine=values, base=base)
    write_record(record=stored, facts=facts)
    stored.step_services.all().delete()
    PathStepService.objects.bulk_create(step_rows(stored, services))


def step_values(step: PathStep) -> Values:
    """The values of a step with its services, in their order, to detect concurrent changes."""
    pks = step.step_services.exclude(service=None).values_list("service", flat=True)
    return record_values(step) | {"services": " ".join(map(str, pks))}


@transaction.atomic
def move_step(*, step: PathStep, by: int) -> None:
    """Move a step one position earlier (-1) or later (1)."""
    steps = list(_lock(step.path).steps.all())
    old = steps.index(step)
    steps.insert(max(old + by, 0), steps.pop(old))
    _renumber(steps)


@transaction.atomic
def remove_step(*, step: PathStep) -> None:
    """Delete a step. A public path that loses its last step is taken out of the public."""
    path = _lock(step.path)
    step.delete()
    steps = list(path.steps.all())
    _renumber(steps)
    if not steps:
        ServicePath.objects.filter(pk=path.pk).update(is_published=False)


@transaction.atomic
def publish_path(*, path: ServicePath) -> None:
    """Show a path to everybody. Raises PathHasNoSteps."""
    stored = _lock(path)
    if not stored.steps.exists():
        raise PathHasNoSteps
    stored.is_published = True
    stored.save()


def unpublish_path(*, path: ServicePath) -> None:
    ServicePath.objects.filter(pk=path.pk).update(is_published=False)


def remove_path(*, path: ServicePath) -> None:
    """Delete a path with its steps for good; the services stay."""
    ServicePath.objects.filter(pk=path.pk).delete()


def _lock(path: ServicePath) -> ServicePath:
    """Let nobody else change the steps meanwhile, and note the time of the change."""
    stored = ServicePath.objects.select_for_update().get(pk=path.pk)
    stored.save(update_fields=["updated_at"])
    return stored


def _store(record: Any, facts: Mapping[str, Any]) -> Any:
    write_record(record=record, facts=facts)
    return record


def _renumber(steps: Sequence[PathStep]) -> None:
    for position, step in enumerate(steps, 1):
        if step.position != position:
            PathStep.objects.filter(pk=step.pk).update(position=position)
