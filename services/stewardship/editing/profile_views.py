"""An organisation's profile: edit, discard draft, preview, publish."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations import permissions
from organisations.access import AuthenticatedRequest
from organisations.models import Organisation
from organisations.profiles.views import get_organisation_page
from services.actions.write_record import write_record
from services.content.completeness import completeness, missing_facts
from services.models import LinkCheck
from services.search.analysis import LANGUAGES

from .access import get_editable_profile
from .draft_workflow import DraftWorkflow
from .forms import OrganisationForm
from .record_form import RecordForm
from .service_list_views import confirm_draft_discard
from .wording import ORGANISATION_NEXT_STEPS

_require_form_methods = require_http_methods(["GET", "HEAD", "POST"])
# Form anchors of missing facts. Contacts have their own page.
_FORM_ANCHORS = {
    "reach": "reach",
    "description": "id_description_fi",
    "area": "part-area",
    "website": "id_website_fi",
    "categories": "categories",
    "translated": "id_description_sv",
}


class ProfileDraftWorkflow(DraftWorkflow[Organisation]):
    form_class = OrganisationForm
    template = "services/stewardship/editing/profile.html"
    edit_url_name = "editing:profile"
    preview_url_name = "editing:profile-preview"

    def reload(self) -> "ProfileDraftWorkflow":
        organisation = get_editable_profile(self.request.user, self.organisation.pk)
        return ProfileDraftWorkflow(self.request, organisation, organisation)

    def redirect_after_publish(self) -> HttpResponse:
        return redirect("editing:profile", self.organisation.pk)

    def extra_context(self, form: RecordForm) -> dict[str, Any]:
        missing = missing_facts(self.organisation)
        addresses = (form[f"website_{language}"].value() for language in LANGUAGES)
        return {
            "percent": round(100 * completeness(self.organisation)),
            "next": ORGANISATION_NEXT_STEPS[missing[0]] if missing else None,
            "next_at": _FORM_ANCHORS.get(missing[0]) if missing else None,
            "coordinators": permissions.coordinators_of([self.organisation.pk])[self.organisation.pk],
            "broken": LinkCheck.objects.broken_among(addresses),
        }


@_require_form_methods
@login_required
@never_cache
@sensitive_post_parameters()
def profile_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _draft_workflow(request, pk).handle_request()


@require_POST
@login_required
@never_cache
def profile_publish(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Publish the stored draft; if it is invalid, show the form with its errors."""
    return _draft_workflow(request, pk).publish_stored_draft()


@_require_form_methods
@login_required
@never_cache
def profile_discard_draft(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Discard the draft after confirmation."""
    organisation = get_editable_profile(request.user, pk)
    template, context = "services/stewardship/editing/profile_discard.html", {"organisation": organisation}
    return confirm_draft_discard(request, organisation, template, context, url_name="editing:profile")


@require_safe
@login_required
@never_cache
def profile_preview(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The public page with the draft applied, in a transaction that is rolled back."""
    stored = get_editable_profile(request.user, pk)
    form = ProfileDraftWorkflow(request, stored, stored).form(checked=True)
    valid = form.is_valid()
    with transaction.atomic():
        # Invalid fields are not in cleaned_data.
        write_record(record=stored, facts=form.cleaned_data)
        organisation, context = get_organisation_page(request, Organisation.objects.all(), pk)
        organisation.assured_at = timezone.now()
        page = render(request, "services/stewardship/editing/profile_preview.html", context | {"valid": valid})
        transaction.set_rollback(True)
    return page


def _draft_workflow(request: AuthenticatedRequest, pk: int) -> ProfileDraftWorkflow:
    organisation = get_editable_profile(request.user, pk)
    return ProfileDraftWorkflow(request, organisation, organisation)
