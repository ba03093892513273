"""For coordinators: write service paths and their steps. Changes of a public path are public at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from organisations import permissions
from organisations.access import AuthenticatedRequest
from organisations.core.form_idempotency import AlreadySubmitted, SubmissionInProgress, new_idempotency_key
from services.actions import service_paths
from services.content.edit_conflicts import EditConflict
from services.content.record_values import record_values
from services.models import PathStep, ServicePath

from .forms import PathForm, StepForm
from .service_choice import ServiceChoice

_require_form_methods = require_http_methods(["GET", "HEAD", "POST"])


@_require_form_methods
@login_required
@never_cache
def add_path(request: AuthenticatedRequest) -> HttpResponse:
    counties = permissions.coordinated_counties(request.user)
    if not counties.exists():
        raise Http404
    if request.method == "POST":
        form = PathForm(request.POST, values={}, counties=counties)
        if form.is_valid():
            try:
                path = service_paths.add_path(facts=form.cleaned_data, form_key=_form_key(form))
            except AlreadySubmitted as first:
                return redirect("paths:edit", first.record)
            except SubmissionInProgress:
                form.add_error(None, _("This is being saved already. Wait a little and try again."))
            else:
                messages.success(request, _("Saved. Now add the steps."))
                return redirect("paths:edit", path.pk)
    else:
        counties_of_user = list(counties[:2])
        values = {"county": counties_of_user[0].pk} if len(counties_of_user) == 1 else {}
        form = PathForm(values=values, counties=counties, form_key=new_idempotency_key())
    return _render_path_form(request, form, None)


@_require_form_methods
@login_required
@never_cache
def edit_path(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    path = get_editable_path(request.user, pk)
    counties = permissions.coordinated_counties(request.user)
    form = PathForm(request.POST or None, values=record_values(path), counties=counties)
    if request.method == "POST" and form.is_valid():
        try:
            service_paths.write_path(
                path=path, facts=form.cleaned_data, values=form.submitted_values, base=form.submitted_base
            )
        except EditConflict as conflict:
            form.explain_conflict(conflict)
        else:
            messages.success(request, _("Saved."))
            return redirect("paths:edit", pk)
    return _render_path_form(request, form, path)


@require_POST
@login_required
def publish(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Publish the path, or with `hide` take it out of the public."""
    path = get_editable_path(request.user, pk)
    if "hide" in request.POST:
        service_paths.unpublish_path(path=path)
        messages.success(request, _("Readers no longer see the path."))
        return redirect("paths:edit", pk)
    try:
        service_paths.publish_path(path=path)
    except service_paths.PathHasNoSteps:
        messages.error(request, _("Add a step before you publish the path."))
        return redirect("paths:edit", pk)
    messages.success(request, _("Published: readers see the path now."))
    return redirect(path)


@_require_form_methods
@login_required
@never_cache
def remove_path(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    path = get_editable_path(request.user, pk)
    if request.method == "POST":
        service_paths.remove_path(path=path)
        messages.success(request, _("The path was removed."))
        return redirect("paths:paths")
    return render(request, "services/referrals/paths/remove.html", {"service_path": path})


@_require_form_methods
@login_required
@never_cache
def add_step(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    path = get_editable_path(request.user, pk)
    choice = ServiceChoice(request, ())
    data = request.POST if request.method == "POST" else None
    form = StepForm(data, values={}, form_key="" if data else new_idempotency_key())

    def store() -> None:
        service_paths.add_step(path=path, facts=form.cleaned_data, services=choice.services, form_key=_form_key(form))

    return _step_form(request, path, None, form, choice, store)


@_require_form_methods
@login_required
@never_cache
def edit_step(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    step = get_editable_step(request.user, pk)
    values = service_paths.step_values(step)
    choice = ServiceChoice(request, [int(pk) for pk in str(values["services"]).split()])
    form = StepForm(request.POST if request.method == "POST" else None, values=values)

    def store() -> None:
        services = {"services": " ".join(str(service.pk) for service in choice.services)}
        service_paths.write_step(
            step=step,
            facts=form.cleaned_data,
            services=choice.services,
            values=form.submitted_values | services,
            base=form.submitted_base,
        )

    return _step_form(request, step.path, step, form, choice, store)


@require_POST
@login_required
def move_step(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Move a step one position up or down."""
    step = get_editable_step(request.user, pk)
    service_paths.move_step(step=step, by=-1 if request.POST.get("to") == "up" else 1)
    messages.success(request, _("The order was changed."))
    return redirect("paths:edit", step.path_id)


@_require_form_methods
@login_required
@never_cache
def remove_step(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    step = get_editable_step(request.user, pk)
    if request.method == "POST":
        service_paths.remove_step(step=step)
        messages.success(request, _("The step was removed."))
        return redirect("paths:edit", step.path_id)
    return render(request, "services/referrals/paths/remove.html", {"service_path": step.path, "step": step})


def get_editable_path(user: permissions.AnyUser, pk: int) -> ServicePath:
    """The path with its steps; Http404 unless the user may write it."""
    return get_object_or_404(ServicePath.objects.editable_by(user).with_steps(), pk=pk)


def get_editable_step(user: permissions.AnyUser, pk: int) -> PathStep:
    """The step with its path; Http404 as above."""
    editable = ServicePath.objects.editable_by(user)
    return get_object_or_404(PathStep.objects.select_related("path").filter(path__in=editable), pk=pk)


def _step_form(
    request: AuthenticatedRequest,
    path: ServicePath,
    step: PathStep | None,
    form: StepForm,
    choice: ServiceChoice,
    store: Callable[[], None],
) -> HttpResponse:
    # Enter in the field of the search presses the first button of the form, which has the value "enter".
    is_finding = "move" in request.POST or (request.POST.get("do") == "enter" and choice.find)
    if request.method == "POST" and not is_finding and form.is_valid():
        try:
            store()
        except AlreadySubmitted:
            return redirect("paths:edit", path.pk)
        except SubmissionInProgress:
            form.add_error(None, _("This is being saved already. Wait a little and try again."))
        except service_paths.TooManySteps:
            limit = {"max": service_paths.MAX_STEPS}
            form.add_error(None, _("A path has at most %(max)s steps. Join some of them.") % limit)
        except EditConflict as conflict:
            form.explain_conflict(conflict)
        else:
            messages.success(request, _("Saved."))
            return redirect("paths:edit", path.pk)
    context = {"service_path": path, "step": step, "form": form, "choice": choice, "is_finding": is_finding}
    status = 409 if form.has_conflict else 200
    return render(request, "services/referrals/paths/step.html", context, status=status)


def _render_path_form(request: AuthenticatedRequest, form: PathForm, path: ServicePath | None) -> HttpResponse:
    context: dict[str, Any] = {"service_path": path, "form": form, "max_steps": service_paths.MAX_STEPS}
    if path:
        today = timezone.localdate()
        context["steps"] = [(step, step.services_on_offer(today), step.count_gone(today)) for step in path.steps.all()]
    status = 409 if form.has_conflict else 200
    return render(request, "services/referrals/paths/edit.html", context, status=status)


def _form_key(form: PathForm | StepForm) -> str:
    return form.cleaned_data["form_key"]
