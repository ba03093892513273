"""Confirm an organisation's information: through a mailed link without signing in, or signed in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from organisations import permissions
from organisations.access import AuthenticatedRequest, get_organisation_for
from organisations.core.audit_context import ChangeSource, audit_context
from organisations.models import Organisation, User
from organisations.models.contact import Visibility
from services.actions.confirm import archive_services, confirm
from services.actions.confirm_tokens import membership_from_token
from services.content.due_confirmations import due_for_organisation
from services.stewardship.reports.answer_forms import ReportAnswerForm
from services.stewardship.reports.answer_views import handle_report_answer, open_report_forms

from .forms import ConfirmationForm

_require_form_methods = require_http_methods(["GET", "HEAD", "POST"])


@_require_form_methods
@never_cache
def confirm_by_link(request: HttpRequest, token: str) -> HttpResponse:
    membership = membership_from_token(token)
    if membership is None:
        return render(request, "services/stewardship/confirming/expired_link.html", status=404)
    # The link only permits confirming. Answering reports requires a login.
    arguments = request, membership.organisation, membership.user
    if request.method != "POST":
        return _confirmation_page(*arguments)
    with audit_context(through=ChangeSource.MAIL, by=membership.user_id):
        return _confirmation_page(*arguments)


@_require_form_methods
@login_required
@never_cache
@sensitive_post_parameters("text")
def confirm_signed_in(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    organisation = get_organisation_for(request.user, pk, permissions.may_edit)
    reports = open_report_forms(request, organisation)
    if "report" in request.POST and handle_report_answer(request, reports, request.user):
        return redirect(request.path)
    return _confirmation_page(request, organisation, request.user, reports)


def _confirmation_page(
    request: HttpRequest,
    organisation: Organisation,
    user: User,
    report_forms: list[ReportAnswerForm] | None = None,
) -> HttpResponse:
    """Show everything readers see of an organisation, and confirm it.

    `report_forms` answer readers. None means no login: contacts for professionals are hidden as well.
    """
    is_signed_in = report_forms is not None
    prefetch_related_objects([organisation], "phones", "contacts__municipalities", "municipalities", "counties")
    is_submitted = request.method == "POST" and "report" not in request.POST
    form = ConfirmationForm(request.POST if is_submitted else None, confirmed_organisation=organisation)
    if form.is_bound and form.is_valid():
        if message := _apply_confirmation(form, user):
            messages.success(request, message)
        query: dict[str, str | list[str]] = {}
        if not form.cleaned_data["ended"]:
            query = {"unticked": form.unticked} if form.unticked else {"done": "1"}
        return redirect(f"{request.path}?{urlencode(query, doseq=True)}")
    today = timezone.localdate()
    contacts = list(organisation.contacts.all())
    public_contacts = [contact for contact in contacts if contact.visibility == Visibility.PUBLIC]
    services = list(organisation.services.published().for_comparison().alphabetical())
    return render(
        request,
        "services/stewardship/confirming/confirm.html"
        if is_signed_in
        else "services/stewardship/confirming/confirm_by_link.html",
        {
            "organisation": organisation,
            "form": form,
            "due": due_for_organisation(organisation, today),
            "next_due": min(record.term.due for record in (organisation, *services)),
            "services": services,
            "unticked": form.unticked if form.is_bound else request.GET.getlist("unticked"),
            "is_done": "done" in request.GET,
            "is_result": not form.is_bound,
            "report_forms": report_forms or [],
            "contacts": contacts if is_signed_in else public_contacts,
            "hidden_contact_count": 0 if is_signed_in else len(contacts) - len(public_contacts),
            "open_report_count": 0 if is_signed_in else organisation.mistake_reports.open().count(),
            "has_errors": any(page_form.errors for page_form in (form, *(report_forms or []))),
            "today": today,
        },
    )


def _apply_confirmation(form: ConfirmationForm, user: User) -> str:
    """Apply the form and return a message; "" when everything is confirmed, which the page itself shows."""
    cleaned_data = form.cleaned_data
    if ended := cleaned_data["ended"]:
        archive_services(services=[ended.pk])
        return _("Readers no longer see this service: %(name)s.") % {"name": ended.name}
    includes_organisation = cleaned_data["organisation"]
    count = confirm(
        organisation=form.confirmed_organisation,
        services=[service.pk for service in cleaned_data["services"]],
        by=user,
        now=timezone.now(),
        includes_organisation=includes_organisation,
    )
    if not form.unticked:
        return ""
    if not includes_organisation and not count:
        return _("Nothing was ticked, so nothing was confirmed. Edit what is wrong, or say what has ended.")
    message = (
        ngettext(
            "Confirmed: the organisation and %(count)s service.",
            "Confirmed: the organisation and %(count)s services.",
            count,
        )
        if includes_organisation
        else ngettext("Confirmed: %(count)s service.", "Confirmed: %(count)s services.", count)
    )
    return message % {"count": count} + " " + _("Edit the rest, so that readers get it right.")
