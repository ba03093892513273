"""Edit, preview and publish a service."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.access import AuthenticatedRequest
from organisations.models.base import Status
from services.actions.drafts import start_service
from services.actions.proposals import propose_category
from services.actions.write_record import write_record
from services.content.completeness import completeness, missing_facts
from services.content.record_values import Values
from services.models import CategoryProposal, LinkCheck, Service, ServiceLocation
from services.models.draft import display_name
from services.search.analysis import LANGUAGES

from .access import get_editable_organisation, get_editable_service
from .draft_workflow import DraftWorkflow
from .forms import ServiceForm
from .record_form import RecordForm
from .wording import SERVICE_NEXT_STEPS

_require_form_methods = require_http_methods(["GET", "HEAD", "POST"])


class ServiceDraftWorkflow(DraftWorkflow[Service]):
    form_class = ServiceForm
    template = "services/stewardship/editing/form.html"
    edit_url_name = "editing:edit"
    preview_url_name = "editing:preview"

    def create_record(self, values: Values) -> Service:
        return start_service(organisation=self.organisation, values=values, by=self.request.user)

    def of_record(self, record: int) -> "ServiceDraftWorkflow | None":
        if not self.organisation.services.filter(pk=record).exists():
            return None
        return ServiceDraftWorkflow(self.request, self.organisation, get_editable_service(self.request.user, record))

    def reload(self) -> "ServiceDraftWorkflow":
        service = self.record and get_editable_service(self.request.user, self.record.pk)
        return ServiceDraftWorkflow(self.request, self.organisation, service)

    def after_save(self, record: Service) -> None:
        text = self.request.POST.get("proposal", "").replace("\x00", "").strip()[: CategoryProposal.MAX_TEXT_LENGTH]
        if not text:
            return
        if propose_category(service=record, text=text, by=self.request.user):
            messages.success(self.request, _("Your proposal for a subject went to the coordinators."))
        else:
            message = _("Many of your proposals wait for a coordinator already. This one was not sent: “%(text)s”")
            messages.error(self.request, message % {"text": text})

    def redirect_after_publish(self) -> HttpResponse:
        return redirect("editing:services", self.organisation.pk)

    def published_message(self, record: Service) -> str:
        if record.valid_until and record.valid_until < timezone.localdate():
            day = date_format(record.valid_until, "SHORT_DATE_FORMAT")
            return _("Published. Readers are told that the service has ended: its last day is %(day)s.") % {"day": day}
        return super().published_message(record)

    def extra_context(self, form: RecordForm) -> dict[str, Any]:
        addresses = (form[f"website_{language}"].value() for language in LANGUAGES)
        context: dict[str, Any] = {"service": self.record, "broken": LinkCheck.objects.broken_among(addresses)}
        if self.record is None:
            return context
        missing = missing_facts(self.record)
        context["name"] = display_name(self.record)
        # Completeness refers to the published version, not to a draft.
        if self.draft is None and self.record.name:
            context["percent"] = round(100 * completeness(self.record))
            context["next"] = SERVICE_NEXT_STEPS[missing[0]] if missing else None
        return context


@_require_form_methods
@login_required
@never_cache
@sensitive_post_parameters()
def service_create(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return ServiceDraftWorkflow(request, get_editable_organisation(request.user, pk), None).handle_request()


@_require_form_methods
@login_required
@never_cache
@sensitive_post_parameters()
def service_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _draft_workflow(request, pk).handle_request()


@require_POST
@login_required
@never_cache
def service_publish(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Publish the stored draft; if it is invalid, show the form with its errors."""
    return _draft_workflow(request, pk).publish_stored_draft()


@require_safe
@login_required
@never_cache
def service_preview(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The public page with the draft applied, in a transaction that is rolled back."""
    service = get_editable_service(request.user, pk)
    form = ServiceDraftWorkflow(request, service.organisation, service).form(checked=True)
    valid = form.is_valid()
    # Invalid fields are not in cleaned_data.
    facts: dict[str, Any] = dict.fromkeys(("age_min", "age_max", "valid_from", "valid_until")) | form.cleaned_data
    with transaction.atomic():
        service.status = Status.DRAFT
        write_record(record=service, facts=facts)
        services = Service.objects.for_cards().prefetch_related("phones", "organisation__phones", "categories")
        preview = services.prefetch_related(Prefetch("locations", ServiceLocation.objects.for_page())).get(
            pk=service.pk
        )
        preview.assured_at = timezone.now()
        page = render(
            request,
            "services/stewardship/editing/preview.html",
            {
                "service": preview,
                "organisation": preview.organisation,
                "tags": list(dict.fromkeys(tag.current for tag in preview.categories.all())),
                "valid": valid,
            },
        )
        transaction.set_rollback(True)
    return page


def _draft_workflow(request: AuthenticatedRequest, pk: int) -> ServiceDraftWorkflow:
    service = get_editable_service(request.user, pk)
    return ServiceDraftWorkflow(request, service.organisation, service)
