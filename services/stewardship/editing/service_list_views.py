"""The services of an organisation: list, discard draft, copy, archive."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.access import AuthenticatedRequest
from organisations.core.collation import alphabetical
from organisations.core.form_idempotency import AlreadySubmitted, SubmissionInProgress, new_idempotency_key
from organisations.models.base import Status
from services.actions.confirm import archive_services
from services.actions.drafts import Record, copy_service, current_values, discard_draft
from services.content.completeness import completeness, missing_facts
from services.content.edit_conflicts import EditConflict
from services.models import LinkCheck, Service
from services.models.draft import display_name
from services.models.link_check import broken_links_by_address, broken_links_of_record
from services.search.analysis import LANGUAGES

from .access import get_editable_organisation, get_editable_service
from .submission import say_in_progress, say_removed_since, store_new
from .wording import SERVICE_NEXT_STEPS

_STATUS_ORDER = {Status.DRAFT: 0, Status.PUBLISHED: 1, Status.ARCHIVED: 2}


@require_safe
@login_required
@never_cache
def service_list(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """All services of an organisation with status, freshness, completeness and the most useful next step."""
    organisation = get_editable_organisation(request.user, pk)
    services = (
        organisation.services.select_related("organisation", "draft__by")
        .prefetch_related("phones", "locations", "categories")
        .order_by(alphabetical("name"), "pk")
    )
    others = [organisation, *organisation.locations.in_use()]
    links = broken_links_by_address([*others, *services])
    rows = sorted(
        (_service_row(service, links) for service in services), key=lambda row: _STATUS_ORDER[row["service"].status]
    )
    return render(
        request,
        "services/stewardship/editing/services.html",
        {
            "organisation": organisation,
            "broken": [link for record in others for link in broken_links_of_record(record, links)],
            "rows": [row for row in rows if row["service"].status != Status.ARCHIVED],
            "archived": [row for row in rows if row["service"].status == Status.ARCHIVED],
            "stamp": new_idempotency_key(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def service_discard_draft(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Discard the draft after confirmation."""
    service = get_editable_service(request.user, pk)
    context = {"service": service, "organisation": service.organisation, "name": display_name(service)}
    return confirm_draft_discard(
        request, service, "services/stewardship/editing/discard.html", context, url_name="editing:services"
    )


def confirm_draft_discard(
    request: AuthenticatedRequest, record: Record, template: str, context: dict[str, Any], *, url_name: str
) -> HttpResponse:
    """Discard the draft after confirmation; refuse if it has changed since the page was opened."""
    draft, problem = getattr(record, "draft", None), ""
    if request.method == "POST":
        try:
            discard_draft(record=record, mark=request.POST.get("draft", ""))
        except EditConflict:
            problem = _("Somebody has written into the draft meanwhile. Look at it before you throw it away.")
        else:
            messages.success(request, _("The draft was thrown away."))
            return redirect(url_name, context["organisation"].pk)
    return render(request, template, context | {"draft": draft, "problem": problem})


@require_POST
@login_required
@never_cache
def service_copy(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    service = get_editable_service(request.user, pk)
    values, names = current_values(service), {}
    for language in LANGUAGES:
        if name := values.get(f"name_{language}"):
            with override(language):
                names[f"name_{language}"] = _("%(name)s (copy)") % {"name": name}
    try:
        copy = store_new(request, lambda: copy_service(service=service, names=names, by=request.user)).pk
    except SubmissionInProgress:
        say_in_progress(request)
        return redirect("editing:services", service.organisation_id)
    except AlreadySubmitted as submitted:
        copy = submitted.record
        if not service.organisation.services.filter(pk=copy).exists():
            say_removed_since(request)
            return redirect("editing:services", service.organisation_id)
    messages.success(request, _("This is a copy. Give it a name of its own and change what differs."))
    return redirect("editing:edit", copy)


@require_POST
@login_required
@never_cache
def service_archive(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Archive a service that has ended."""
    service = get_editable_service(request.user, pk)
    archive_services(services=[service.pk])
    message = _("Readers no longer see this service: %(name)s. You can publish it again.")
    messages.success(request, message % {"name": display_name(service)})
    return redirect("editing:services", service.organisation_id)


def _service_row(service: Service, links: dict[str, LinkCheck]) -> dict[str, Any]:
    draft = getattr(service, "draft", None)
    missing = missing_facts(service) if _has_content(service) else []
    return {
        "service": service,
        "draft": draft,
        "name": display_name(service),
        "percent": round(100 * completeness(service)) if _has_content(service) else None,
        "next": SERVICE_NEXT_STEPS[missing[0]] if missing else None,
        "broken": broken_links_of_record(service, links),
    }


def _has_content(service: Service) -> bool:
    """Whether the service has been published before; a new one only has a draft."""
    return bool(service.name)
