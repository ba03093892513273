"""Locations of an organisation: list and form. Locations have no drafts: changes are public at once."""

from functools import partial
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.access import AuthenticatedRequest
from organisations.core.form_idempotency import AlreadySubmitted, SubmissionInProgress, new_idempotency_key
from organisations.models import Organisation
from services.actions.locations import set_location_in_use, write_location
from services.content.edit_conflicts import EditConflict
from services.content.record_values import record_values, value_digests
from services.models import LinkCheck, ServiceLocation
from services.models.link_check import broken_links_by_address, broken_links_of_record
from services.outbound.geocoding import GeocodingError, geocode
from services.outbound.map_tiles import allow_tile_host, tile_context
from services.search.analysis import LANGUAGES

from .access import get_editable_location, get_editable_organisation
from .conflict_views import conflict_context, read_submission, render_conflict
from .location_forms import LocationForm
from .submission import say_in_progress, say_removed_since, stamp_for, store_new

_require_form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
@never_cache
def location_list(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    organisation = get_editable_organisation(request.user, pk)
    places = sorted(organisation.locations.for_editors(), key=lambda place: place.archived)
    links = broken_links_by_address(places)
    return render(
        request,
        "services/stewardship/editing/locations.html",
        {
            "organisation": organisation,
            "places": [(place, broken_links_of_record(place, links)) for place in places],
        },
    )


@_require_form_methods
@login_required
@never_cache
@sensitive_post_parameters()
def location_create(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _location_form(request, get_editable_organisation(request.user, pk), None)


@_require_form_methods
@login_required
@never_cache
@sensitive_post_parameters()
def location_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    location = get_editable_location(request.user, pk)
    return _location_form(request, location.organisation, location)


@require_POST
@login_required
@never_cache
def location_set_in_use(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take a location out of use, or put it back (`use`)."""
    location, in_use = get_editable_location(request.user, pk), bool(request.POST.get("use"))
    set_location_in_use(location=location, in_use=in_use)
    message = (
        _("Readers see this place again: %(name)s.") if in_use else _("Readers no longer see this place: %(name)s.")
    )
    messages.success(request, message % {"name": location.name})
    return redirect("editing:places", location.organisation_id)


def _location_form(
    request: AuthenticatedRequest, organisation: Organisation, location: ServiceLocation | None
) -> HttpResponse:
    values = {} if location is None else record_values(location)
    form_kwargs: dict[str, Any] = {
        "organisation": organisation,
        "values": values,
        "versions": {"base": value_digests(values)},
    }
    form, more, stamp, status = LocationForm(**form_kwargs), {}, stamp_for(request), 200
    if request.method == "POST":
        form, values, versions = read_submission(request, LocationForm, form_kwargs, values)
        if request.POST.get("do") == "locate":
            form = LocationForm(**form_kwargs | {"values": values, "versions": versions})
            more = _geocoded_points(request, form) | {"unsaved": True}
        elif form.is_valid():
            write = partial(
                write_location,
                organisation=organisation,
                location=location,
                values=values,
                facts=form.location_facts(),
                base=versions["base"],
            )
            try:
                stored = write() if location else store_new(request, write)
            except EditConflict as conflict:
                assert location is not None  # a new one conflicts with nothing
                address = reverse("editing:place", args=[location.pk])
                return render_conflict(request, form, values, conflict, **conflict_context(conflict, address))
            except SubmissionInProgress:
                say_in_progress(request)
                status = 409
            except AlreadySubmitted as submitted:
                if earlier := organisation.locations.for_editors().filter(pk=submitted.record).first():
                    return _location_form(request, organisation, earlier)
                say_removed_since(request)
                stamp, status = new_idempotency_key(), 409
            else:
                hidden_message = _("Saved. Readers do not see the place, as it is not in use.")
                messages.success(request, hidden_message if stored.archived else _("Saved: readers see it now."))
                return redirect("editing:places", organisation.pk)
    context = {"organisation": organisation, "place": location, "form": form, "geocoder": settings.GEOCODER}
    context["broken"] = LinkCheck.objects.broken_among(form[f"website_{language}"].value() for language in LANGUAGES)
    context |= tile_context() | more | {"stamp": stamp}
    return allow_tile_host(render(request, "services/stewardship/editing/location.html", context, status=status))


def _geocoded_points(request: AuthenticatedRequest, form: LocationForm) -> dict:
    """Context with the geocoded points of the typed address, or with the problem that prevented geocoding."""
    points, problem = [], ""
    if not settings.GEOCODER:
        problem = _("Addresses cannot be looked for on this site. Set the point by hand.")
    elif not form.address():
        problem = _("Write the street address first.")
    elif not ratelimit.consume(request, action="find_point", user=request.user):
        problem = _("You have looked for many addresses just now. Wait ten minutes, or set the point by hand.")
    else:
        try:
            points = geocode(form.address(), (get_language() or "fi")[:2])
        except GeocodingError:
            problem = _("Addresses cannot be looked for just now. Try again later, or set the point by hand.")
        else:
            problem = "" if points else _("Nothing was found at this address. Check it, or set the point by hand.")
    return {"points": points, "problem": problem}
