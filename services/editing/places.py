"""Places of an organisation: the list, and the form with hours. What is saved is shown to readers at once."""

import json

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from organisations import permissions
from organisations.models import Organisation
from services.actions.places import write_place
from services.geocoding import GeocoderFailed, points_of
from services.models import ServiceLocation
from services.models.link_check import broken_of, with_broken_links

from .guard import organisation_for
from .place_forms import PlaceForm

_form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
@never_cache
def places(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = organisation_for(request.user, pk)
    places = list(organisation.locations.for_page())
    links = with_broken_links(places)
    return render(
        request,
        "services/editing/places.html",
        {"organisation": organisation, "places": [(place, broken_of(place, links)) for place in places]},
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
    now = PlaceForm(place=found)
    state = _state(now)
    form = now
    if request.method == "POST" and request.POST.get("do") == "locate":
        return _locate(request, organisation, found)
    if request.method == "POST":
        form = PlaceForm(request.POST, place=found)
        changed = _changed(now, form, state)
        if form.is_valid() and not changed:
            write_place(
                organisation=organisation,
                place=found,
                facts=form.facts(),
                hours=form.hours(),
                exceptions=form.exceptions(),
            )
            messages.success(request, _("Saved: readers see it now."))
            return redirect("editing:places", organisation.pk)
        if changed:
            form.add_error(None, _("Somebody else has changed this meanwhile. Save again to keep what you wrote."))
    else:
        changed = []
    return _show(request, organisation, form, state=json.dumps(state), changed=changed)


def _locate(request: HttpRequest, organisation: Organisation, found: ServiceLocation | None) -> HttpResponse:
    """The form as it was typed, with points of its address to choose from, or why there are none."""
    form = PlaceForm(place=found)
    form.fill_in(request.POST)
    points, problem = [], ""
    if not settings.GEOCODER:
        problem = _("Addresses cannot be looked for on this site. Set the point by hand.")
    elif not form.address():
        problem = _("Write the street address first.")
    else:
        try:
            points = points_of(form.address(), (get_language() or "fi")[:2])
        except GeocoderFailed:
            problem = _("Addresses cannot be looked for just now. Try again later, or set the point by hand.")
        else:
            problem = "" if points else _("Nothing was found at this address. Check it, or set the point by hand.")
    # What others change meanwhile is still to be noticed when it is saved.
    return _show(request, organisation, form, state=request.POST.get("seen", ""), points=points, problem=problem)


def _show(request: HttpRequest, organisation: Organisation, form: PlaceForm, **more) -> HttpResponse:
    return render(
        request,
        "services/editing/place.html",
        {"organisation": organisation, "place": form.place, "form": form, "geocoder": settings.GEOCODER, **more},
    )


def _state(form: PlaceForm) -> dict[str, str]:
    """What the form shows of the place as it is stored."""
    return {name: _shown(form, name) for name in form.fields if name != "seen" and _shown(form, name)}


def _shown(form: PlaceForm, name: str) -> str:
    value = form[name].value()
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value in (None, False) else str(value)


def _changed(now: PlaceForm, form: PlaceForm, state: dict[str, str]) -> list[tuple[str, str, str]]:
    """(label, language, what is stored) of what others have changed since this form was opened and differently."""
    try:
        seen = json.loads(form.data.get("seen") or "{}")
    except ValueError:
        seen = {}
    if not isinstance(seen, dict):
        seen = {}
    names = [name for name in now.fields if name != "seen" and state.get(name, "") != seen.get(name, "")]
    return [
        (str(now.fields[name].label or _("Hours")), now.fields[name].widget.attrs.get("lang", ""), state.get(name, "–"))
        for name in names
    ]
