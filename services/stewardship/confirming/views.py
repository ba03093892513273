"""A member confirms an organisation's information: from a mail without signing in, or from her or his own page."""

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
from organisations.access import get_organisation_for
from organisations.core.audit_context import ChangeSource, audit_context
from organisations.models import Organisation, User
from organisations.models.contact import Visibility
from services.actions.confirm import archive_services, confirm
from services.actions.confirm_tokens import membership_from_token
from services.content.due_confirmations import due_for_organisation
from services.stewardship.reports.answer_views import handle_report_answer, open_report_forms

from .forms import ConfirmationForm

_require_form_methods = require_http_methods(["GET", "HEAD", "POST"])


@_require_form_methods
@never_cache
def confirm_by_link(request: HttpRequest, token: str) -> HttpResponse:
    membership = membership_from_token(token)
    if membership is None:
        return render(request, "services/stewardship/confirming/expired_link.html", status=404)
    # The link is good for confirming and nothing else: readers are answered by whoever has logged in.
    about = request, membership.organisation, membership.user
    if request.method != "POST":
        return _confirmation_page(*about)
    with audit_context(through=ChangeSource.MAIL, by=membership.user_id):
        return _confirmation_page(*about)


@_require_form_methods
@login_required
@never_cache
@sensitive_post_parameters("text")
def confirm_signed_in(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_organisation_for(request.user, pk, permissions.may_edit)
    reports = open_report_forms(request, organisation)
    if "report" in request.POST and handle_report_answer(request, reports, request.user):
        return redirect(request.path)
    return _confirmation_page(request, organisation, request.user, reports)


def _confirmation_page(request: HttpRequest, organisation: Organisation, by: User, reports=None) -> HttpResponse:
    """Everything that readers see of an organisation, to be confirmed with one press.

    `reports` are forms to answer readers; None without a login, when professionals' contacts are not shown either.
    """
    by_login = reports is not None
    prefetch_related_objects([organisation], "phones", "contacts__municipalities", "municipalities", "counties")
    answers = request.method == "POST" and "report" not in request.POST
    form = ConfirmationForm(request.POST if answers else None, of=organisation)
    if form.is_bound and form.is_valid():
        if said := _apply_confirmation(form, by):
            messages.success(request, said)
        ended = form.cleaned_data["ended"]
        after = [("left", one) for one in form.left] if not ended else []
        return redirect(f"{request.path}?{urlencode(after if ended or after else [('done', 1)])}")
    today = timezone.localdate()
    contacts = organisation.contacts.all()
    services = list(organisation.services.published().for_comparison().alphabetical())
    return render(
        request,
        "services/stewardship/confirming/confirm.html"
        if by_login
        else "services/stewardship/confirming/confirm_by_link.html",
        {
            "organisation": organisation,
            "form": form,
            "due": due_for_organisation(organisation, today),
            "next_due": min(record.term.due for record in (organisation, *services)),
            "services": services,
            "unticked": form.left if form.is_bound else request.GET.getlist("left"),
            "is_done": "done" in request.GET,
            "was_left": not form.is_bound,
            "report_forms": reports or [],
            "contacts": contacts if by_login else [one for one in contacts if one.visibility == Visibility.PUBLIC],
            "hidden_contacts": 0 if by_login else sum(one.visibility != Visibility.PUBLIC for one in contacts),
            "open_reports": 0 if by_login else organisation.mistake_reports.open().count(),
            "has_errors": any(one.errors for one in (form, *(reports or []))),
            "today": today,
        },
    )


def _apply_confirmation(form: ConfirmationForm, by: User) -> str:
    """Does what was asked for, and says so; the page itself says where everything is confirmed."""
    given = form.cleaned_data
    if ended := given["ended"]:
        archive_services(services=[ended.pk])
        return _("Readers no longer see this service: %(name)s.") % {"name": ended.name}
    itself = given["organisation"]
    count = confirm(
        organisation=form.of,
        services=[service.pk for service in given["services"]],
        by=by,
        now=timezone.now(),
        itself=itself,
    )
    if not form.left:
        return ""
    if not itself and not count:
        return _("Nothing was ticked, so nothing was confirmed. Edit what is wrong, or say what has ended.")
    said = (
        ngettext(
            "Confirmed: the organisation and %(count)s service.",
            "Confirmed: the organisation and %(count)s services.",
            count,
        )
        if itself
        else ngettext("Confirmed: %(count)s service.", "Confirmed: %(count)s services.", count)
    )
    return said % {"count": count} + " " + _("Edit the rest, so that readers get it right.")
