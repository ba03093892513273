"""Contacts of an organisation: the list in its order, the form, and removing one. What is saved is shown at once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.models import Contact, Organisation
from services.actions.contacts import move_contact, remove_contact, write_contact
from services.content.record_values import Conflict, digests, written

from .access import contact_for, organisation_for
from .choice_groups import municipality_groups
from .conflict_views import both_at_once, received, show_both
from .forms import ContactForm

_form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
@never_cache
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = organisation_for(request.user, pk)
    found = organisation.contacts.prefetch_related("municipalities")
    return render(
        request, "services/stewardship/editing/contacts.html", {"organisation": organisation, "contacts": found}
    )


@_form_page
@login_required
@never_cache
@sensitive_post_parameters()
def new_contact(request: HttpRequest, pk: int) -> HttpResponse:
    return _write(request, organisation_for(request.user, pk), None)


@_form_page
@login_required
@never_cache
@sensitive_post_parameters()
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    found = contact_for(request.user, pk)
    return _write(request, found.organisation, found)


@require_POST
@login_required
@never_cache
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    found = contact_for(request.user, pk)
    move_contact(contact=found, by=-1 if request.POST.get("to") == "up" else 1)
    messages.success(request, _("The order was changed."))
    return redirect("editing:contacts", found.organisation_id)


@_form_page
@login_required
@never_cache
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then takes the contact away; a person is forgotten in the history too."""
    found = contact_for(request.user, pk)
    if request.method == "POST":
        remove_contact(contact=found)
        messages.success(request, _("The contact was removed."))
        return redirect("editing:contacts", found.organisation_id)
    return render(
        request,
        "services/stewardship/editing/contact_remove.html",
        {"organisation": found.organisation, "contact": found},
    )


def _write(request: HttpRequest, organisation: Organisation, found: Contact | None) -> HttpResponse:
    values = {} if found is None else written(found)
    about = {"organisation": organisation, "values": values, "versions": {"base": digests(values)}}
    form = ContactForm(**about)
    if request.method == "POST":
        form, typed, sent = received(request, ContactForm, about, values)
        if form.is_valid():
            facts, base = form.cleaned_data, sent["base"]
            try:
                write_contact(organisation=organisation, contact=found, values=typed, facts=facts, base=base)
            except Conflict as conflict:
                return show_both(request, form, typed, conflict, **both_at_once(conflict, request.path))
            messages.success(request, _("Saved: readers see it now."))
            return redirect("editing:contacts", organisation.pk)
    groups = municipality_groups(set(form["municipalities"].value() or ()))
    about = {"organisation": organisation, "contact": found, "form": form, "area_groups": groups}
    return render(request, "services/stewardship/editing/contact.html", about)
