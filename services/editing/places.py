"""Places of an organisation: the list, and the form with hours. What is saved is shown to readers at once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from organisations import permissions
from organisations.models import Organisation
from services.actions.places import write_place
from services.actions.written import Conflict, digests, written
from services.models import ServiceLocation

from .both import received, show_both
from .guard import organisation_for
from .place_forms import PlaceForm

_form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
@never_cache
def places(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = organisation_for(request.user, pk)
    return render(
        request,
        "services/editing/places.html",
        {"organisation": organisation, "places": organisation.locations.for_page()},
    )


@_form_page
@login_required
@never_cache
@sensitive_post_parameters()
def new_place(request: HttpRequest, pk: int) -> HttpResponse:
    return _write(request, organisation_for(request.user, pk), None)


@_form_page
@login_required
@never_cache
@sensitive_post_parameters()
def place(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ServiceLocation.objects.for_page().select_related("organisation"), pk=pk)
    if not permissions.may_edit(request.user, found.organisation):
        raise Http404
    return _write(request, found.organisation, found)


def _write(request: HttpRequest, organisation: Organisation, found: ServiceLocation | None) -> HttpResponse:
    values = {} if found is None else written(found)
    about = {"organisation": organisation, "values": values, "versions": {"base": digests(values)}}
    form = PlaceForm(**about)
    if request.method == "POST":
        form, typed, sent = received(request, PlaceForm, about, values)
        if form.is_valid():
            facts = form.facts()
            try:
                write_place(organisation=organisation, place=found, values=typed, facts=facts, base=sent["base"])
            except Conflict as conflict:
                return show_both(request, form, typed, conflict, **both(conflict, request.path))
            messages.success(request, _("Saved: readers see it now."))
            return redirect("editing:places", organisation.pk)
    return render(request, "services/editing/place.html", {"organisation": organisation, "place": found, "form": form})


def both(conflict: Conflict, address: str) -> dict:
    """What the page of both versions says of a record without a draft."""
    return {"address": address, "versions": {"base": digests(conflict.theirs)}, "button": _("Save these")}
