"""A member's own services: how each is doing, and what can be done with it besides writing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.core.collation import alphabetical
from organisations.models.base import Status
from services.actions.confirm import archive_services
from services.actions.drafts import DraftedRecord, copy_service, current_values, discard_draft
from services.content.completeness import completeness, missing_facts
from services.content.record_values import EditConflict
from services.models import Service
from services.models.draft import display_name
from services.models.link_check import broken_links_by_address, broken_links_of_record
from services.search.analysis import LANGUAGES

from .access import get_editable_organisation, get_editable_service
from .wording import SERVICE_NEXT_STEPS

_STATUS_ORDER = {Status.DRAFT: 0, Status.PUBLISHED: 1, Status.ARCHIVED: 2}


@require_safe
@login_required
@never_cache
def service_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All services of an organisation: status, freshness, completeness with the one thing that would help most."""
    organisation = get_editable_organisation(request.user, pk)
    found = (
        organisation.services.select_related("organisation", "draft__by")
        .prefetch_related("phones", "locations", "categories")
        .order_by(alphabetical("name"), "pk")
    )
    others = [organisation, *organisation.locations.in_use()]
    links = broken_links_by_address([*others, *found])
    rows = sorted(
        (_service_row(service, links) for service in found), key=lambda row: _STATUS_ORDER[row["service"].status]
    )
    return render(
        request,
        "services/stewardship/editing/services.html",
        {
            "organisation": organisation,
            "broken": [link for one in others for link in broken_links_of_record(one, links)],
            "rows": [row for row in rows if row["service"].status != Status.ARCHIVED],
            "archived": [row for row in rows if row["service"].status == Status.ARCHIVED],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def service_discard_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then throws the draft away."""
    service = get_editable_service(request.user, pk)
    about = {"service": service, "organisation": service.organisation, "name": display_name(service)}
    return confirm_draft_discard(
        request, service, "services/stewardship/editing/discard.html", about, then="editing:services"
    )


def confirm_draft_discard(
    request: HttpRequest, record: DraftedRecord, template: str, about: dict, *, then: str
) -> HttpResponse:
    """Asks about the draft as it is now; what somebody has written since the page was opened is not lost unasked."""
    draft, problem = getattr(record, "draft", None), ""
    if request.method == "POST":
        try:
            discard_draft(record=record, asked=request.POST.get("draft", ""))
        except EditConflict:
            problem = _("Somebody has written into the draft meanwhile. Look at it before you throw it away.")
        else:
            messages.success(request, _("The draft was thrown away."))
            return redirect(then, about["organisation"].pk)
    return render(request, template, about | {"draft": draft, "problem": problem})


@require_POST
@login_required
@never_cache
def service_copy(request: HttpRequest, pk: int) -> HttpResponse:
    service = get_editable_service(request.user, pk)
    values, names = current_values(service), {}
    for language in LANGUAGES:
        if name := values.get(f"name_{language}"):
            with override(language):
                names[f"name_{language}"] = _("%(name)s (copy)") % {"name": name}
    made = copy_service(service=service, names=names, by=request.user)
    messages.success(request, _("This is a copy. Give it a name of its own and change what differs."))
    return redirect("editing:edit", made.pk)


@require_POST
@login_required
@never_cache
def service_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """The service has ended: readers no longer see it."""
    service = get_editable_service(request.user, pk)
    archive_services(services=[service.pk])
    said = _("Readers no longer see this service: %(name)s. You can publish it again.")
    messages.success(request, said % {"name": display_name(service)})
    return redirect("editing:services", service.organisation_id)


def _service_row(service: Service, links: dict) -> dict:
    draft = getattr(service, "draft", None)
    lacking = missing_facts(service) if _has_content(service) else []
    return {
        "service": service,
        "draft": draft,
        "name": display_name(service),
        "percent": round(100 * completeness(service)) if _has_content(service) else None,
        "next": SERVICE_NEXT_STEPS[lacking[0]] if lacking else None,
        "broken": broken_links_of_record(service, links),
    }


def _has_content(service: Service) -> bool:
    """Whether there is more of it than a draft."""
    return bool(service.name)
