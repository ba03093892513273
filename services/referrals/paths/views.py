"""For everybody: the list of service paths, and a path."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from organisations import permissions
from services.actions.referral_lists import MAX_SERVICES
from services.models import ServicePath
from services.referrals.list_safety import safety_context

from .picture import draw_path


@require_safe
def paths(request: HttpRequest) -> HttpResponse:
    """The published paths; coordinators also see those that they are writing."""
    service_paths = ServicePath.objects.visible_to(request.user).select_related("county").alphabetical()
    context = {
        "service_paths": service_paths,
        "may_add": permissions.coordinated_counties(request.user).exists(),
    }
    return render(request, "services/referrals/paths/paths.html", context)


@require_safe
def path(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The steps of a path as a picture and as text, with the services that are on offer."""
    today = timezone.localdate()
    service_path = get_object_or_404(ServicePath.objects.visible_to(request.user).with_steps(), pk=pk)
    if request.path != service_path.get_absolute_url():
        return redirect(service_path, permanent=False)
    steps = [(step, step.services_on_offer(today)) for step in service_path.steps.all()]
    services = service_path.services_on_offer(today)
    context = {
        "service_path": service_path,
        "steps": [(step, on_offer, step.count_gone(today)) for step, on_offer in steps],
        "picture": draw_path(steps),
        "list_address": _list_address([service.pk for service in services[:MAX_SERVICES]]),
        "may_edit": ServicePath.objects.editable_by(request.user).filter(pk=pk).exists(),
        **safety_context(services, today),
    }
    return render(request, "services/referrals/paths/path.html", context)


def _list_address(ids: list[int]) -> str:
    """The address where a list of these services is made; "" without any."""
    return f"{reverse('referrals:make-list')}?{'&'.join(f's={pk}' for pk in ids)}" if ids else ""
