"""Read, answer and close the mistake reports of an organisation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from organisations import permissions
from organisations.access import AuthenticatedRequest, get_organisation_for
from organisations.models import Organisation, User
from services.actions.report_mistake import MailNotSent, answer_report, close_reports

from .answer_forms import ReportAnswerForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters("text")
def report_list(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The open reports about an organisation and its services, for those who may edit it."""
    organisation = get_organisation_for(request.user, pk, permissions.may_edit)
    forms = open_report_forms(request, organisation)
    if request.method == "POST" and handle_report_answer(request, forms, request.user):
        return redirect(request.path)
    context = {"organisation": organisation, "report_forms": forms, "has_errors": any(form.errors for form in forms)}
    return render(request, "services/stewardship/reports/answer.html", context)


def open_report_forms(request: HttpRequest, organisation: Organisation) -> list[ReportAnswerForm]:
    """A form for each open report, the oldest first; the submitted one is bound."""
    report_id = request.POST.get("report")
    reports = organisation.mistake_reports.open().select_related("service").order_by("created_at", "pk")
    return [
        ReportAnswerForm(request.POST if report_id == str(report.pk) else None, report=report) for report in reports
    ]


def handle_report_answer(request: HttpRequest, forms: list[ReportAnswerForm], user: User) -> bool:
    """Handle the submitted form; False if it must be rendered again."""
    form = next((form for form in forms if form.is_bound), None)
    if form is None:
        _warn_already_handled(request)
        return True
    if not form.is_valid():
        return False
    if form.cleaned_data["decision"] == "close":
        close_reports(reports=[form.report])
        messages.success(request, _("The report is closed."))
        return True
    try:
        is_sent = answer_report(
            report=form.report,
            text=form.cleaned_data["text"],
            by_coordinator=permissions.role_in(user, form.report.organisation) is None,
        )
    except MailNotSent:
        form.add_error("text", _("The mail could not be sent just now. Your text is still here: try again in a while."))
        return False
    if is_sent:
        messages.success(request, _("Your answer was sent, and the reader's address deleted."))
    else:
        _warn_already_handled(request)
    return True


def _warn_already_handled(request: HttpRequest) -> None:
    """Show that somebody else has settled the report, with the answer that was not sent."""
    message = _("Somebody has settled this report already.")
    if text := request.POST.get("text", "").strip()[: ReportAnswerForm.MAX_LENGTH]:
        message = _("Somebody has settled this report already, so your answer was not sent: “%(text)s”")
        message %= {"text": text}
    messages.info(request, message)
