"""Contacts of an organisation: list, order, edit, remove. Contacts have no drafts: changes are public at once."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.access import AuthenticatedRequest
from organisations.core.form_idempotency import AlreadySubmitted, SubmissionInProgress, new_idempotency_key
from organisations.models import Contact, Organisation
from services.actions.contacts import move_contact, remove_contact, write_contact
from services.content.edit_conflicts import EditConflict
from services.content.record_values import record_values, value_digests

from .access import get_editable_contact, get_editable_organisation
from .choice_groups import municipality_groups
from .conflict_views import conflict_context, read_submission, render_conflict
from .forms import ContactForm
from .submission import say_in_progress, say_removed_since, stamp_for, store_new

_require_form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
@never_cache
def contact_list(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    organisation = get_editable_organisation(request.user, pk)
    contacts = organisation.contacts.prefetch_related("municipalities")
    return render(
        request, "services/stewardship/editing/contacts.html", {"organisation": organisation, "contacts": contacts}
    )


@_require_form_methods
@login_required
@never_cache
@sensitive_post_parameters()
def contact_create(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _contact_form(request, get_editable_organisation(request.user, pk), None)


@_require_form_methods
@login_required
@never_cache
@sensitive_post_parameters()
def contact_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    contact = get_editable_contact(request.user, pk)
    return _contact_form(request, contact.organisation, contact)


@require_POST
@login_required
@never_cache
def contact_move(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Move a contact one position up or down."""
    contact = get_editable_contact(request.user, pk)
    move_contact(contact=contact, by=-1 if request.POST.get("to") == "up" else 1)
    messages.success(request, _("The order was changed."))
    return redirect("editing:contacts", contact.organisation_id)


@_require_form_methods
@login_required
@never_cache
def contact_remove(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Remove a contact after confirmation. A person's data is erased from the history as well."""
    contact = get_editable_contact(request.user, pk)
    if request.method == "POST":
        remove_contact(contact=contact)
        messages.success(request, _("The contact was removed."))
        return redirect("editing:contacts", contact.organisation_id)
    return render(
        request,
        "services/stewardship/editing/contact_remove.html",
        {"organisation": contact.organisation, "contact": contact},
    )


def _contact_form(request: AuthenticatedRequest, organisation: Organisation, contact: Contact | None) -> HttpResponse:
    values = {} if contact is None else record_values(contact)
    form_kwargs: dict[str, Any] = {
        "organisation": organisation,
        "values": values,
        "versions": {"base": value_digests(values)},
    }
    form, stamp, status = ContactForm(**form_kwargs), stamp_for(request), 200
    if request.method == "POST":
        form, values, versions = read_submission(request, ContactForm, form_kwargs, values)
        if form.is_valid():
            write = partial(
                write_contact,
                organisation=organisation,
                contact=contact,
                values=values,
                facts=form.cleaned_data,
                base=versions["base"],
            )
            try:
                write() if contact else store_new(request, write)
            except EditConflict as conflict:
                assert contact is not None  # a new one conflicts with nothing
                address = reverse("editing:contact", args=[contact.pk])
                return render_conflict(request, form, values, conflict, **conflict_context(conflict, address))
            except SubmissionInProgress:
                say_in_progress(request)
                status = 409
            except AlreadySubmitted as submitted:
                if stored := organisation.contacts.filter(pk=submitted.record).first():
                    return _contact_form(request, organisation, stored)
                say_removed_since(request)
                stamp, status = new_idempotency_key(), 409
            else:
                messages.success(request, _("Saved: readers see it now."))
                return redirect("editing:contacts", organisation.pk)
    groups = municipality_groups(set(form["municipalities"].value() or ()))
    context = {"organisation": organisation, "contact": contact, "form": form, "area_groups": groups}
    return render(request, "services/stewardship/editing/contact.html", context | {"stamp": stamp}, status=status)
