"""An organisation's own profile: the form, its draft, what readers would see, publishing."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations import permissions
from organisations.models import Organisation
from organisations.profiles.views import page_of
from services.actions.write_record import write
from services.content.completeness import completeness, missing
from services.models import LinkCheck
from services.search.analysis import LANGUAGES

from .access import profile_for
from .draft_workflow import Drafting
from .forms import OrganisationForm
from .service_list_views import throw_away
from .wording import PROFILE_NEXT

_form_page = require_http_methods(["GET", "HEAD", "POST"])
# Where in the form what is lacking can be filled in; contacts have a page of their own.
_ANCHORS = {
    "reach": "reach",
    "description": "id_description_fi",
    "area": "part-area",
    "website": "id_website_fi",
    "categories": "categories",
    "translated": "id_description_sv",
}


class ProfileWriting(Drafting):
    form_class = OrganisationForm
    template = "services/stewardship/editing/profile.html"
    edits = "editing:profile"
    previews = "editing:profile-preview"

    def again(self):
        found = profile_for(self.request.user, self.organisation.pk)
        return ProfileWriting(self.request, found, found)

    def after_publishing(self):
        return redirect("editing:profile", self.organisation.pk)

    def more(self, form):
        lacking = missing(self.organisation)
        addresses = (form[f"website_{language}"].value() for language in LANGUAGES)
        return {
            "percent": round(100 * completeness(self.organisation)),
            "next": PROFILE_NEXT[lacking[0]] if lacking else None,
            "next_at": _ANCHORS.get(lacking[0]) if lacking else None,
            "coordinators": permissions.coordinators_of([self.organisation.pk])[self.organisation.pk],
            "broken": LinkCheck.objects.broken_among(addresses),
        }


@_form_page
@login_required
@never_cache
@sensitive_post_parameters()
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    return _writing(request, pk).answer()


@require_POST
@login_required
@never_cache
def publish_profile(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the draft as it is; what is wrong with it is shown in the form."""
    return _writing(request, pk).publish_as_it_is()


@_form_page
@login_required
@never_cache
def discard_profile(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then throws the draft away."""
    organisation = profile_for(request.user, pk)
    template, about = "services/stewardship/editing/profile_discard.html", {"organisation": organisation}
    return throw_away(request, organisation, template, about, then="editing:profile")


@require_safe
@login_required
@never_cache
def preview_profile(request: HttpRequest, pk: int) -> HttpResponse:
    """The organisation's page as readers would see it. What is written for it is taken back at once."""
    writing = _writing(request, pk)
    form = writing.form(checked=True)
    valid = form.is_valid()
    with transaction.atomic():
        # What is wrong is left out.
        write(record=writing.record, facts=form.cleaned_data)
        shown, context = page_of(request, Organisation.objects.all(), pk)
        shown.assured_at = timezone.now()
        page = render(request, "services/stewardship/editing/profile_preview.html", context | {"valid": valid})
        transaction.set_rollback(True)
    return page


def _writing(request: HttpRequest, pk: int) -> ProfileWriting:
    organisation = profile_for(request.user, pk)
    return ProfileWriting(request, organisation, organisation)
