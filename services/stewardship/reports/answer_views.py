"""What readers say is wrong in an organisation's information: read, answered, closed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from organisations import permissions
from organisations.access import get_organisation_for
from organisations.models import Organisation, User
from services.actions.report_mistake import MailNotSent, answer_report, close_reports

from .answer_forms import ReportAnswerForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters("text")
def report_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The open reports about an organisation and its services, for whoever may edit it."""
    organisation = get_organisation_for(request.user, pk, permissions.may_edit)
    forms = open_report_forms(request, organisation)
    if request.method == "POST" and handle_report_answer(request, forms, request.user):
        return redirect(request.path)
    about = {"organisation": organisation, "report_forms": forms, "has_errors": any(form.errors for form in forms)}
    return render(request, "services/stewardship/reports/answer.html", about)


def open_report_forms(request: HttpRequest, organisation: Organisation) -> list[ReportAnswerForm]:
    """A form for each open report, the oldest first; the one that was sent is bound."""
    sent = request.POST.get("report")
    found = organisation.mistake_reports.open().select_related("service").order_by("created_at", "pk")
    return [ReportAnswerForm(request.POST if sent == str(report.pk) else None, report=report) for report in found]


def handle_report_answer(request: HttpRequest, forms: list[ReportAnswerForm], by: User) -> bool:
    """Do what was sent about one of the reports; False where its form must be shown again."""
    form = next((form for form in forms if form.is_bound), None)
    if form is None:
        _warn_already_handled(request)
        return True
    if not form.is_valid():
        return False
    if form.cleaned_data["do"] == "close":
        close_reports(reports=[form.report])
        messages.success(request, _("The report is closed."))
        return True
    try:
        done = answer_report(
            report=form.report,
            text=form.cleaned_data["text"],
            by_coordinator=permissions.role_in(by, form.report.organisation) is None,
        )
    except MailNotSent:
        form.add_error("text", _("The mail could not be sent just now. Your text is still here: try again in a while."))
        return False
    if done:
        messages.success(request, _("Your answer was sent, and the reader's address deleted."))
    else:
        _warn_already_handled(request)
    return True


def _warn_already_handled(request: HttpRequest) -> None:
    """Somebody else was faster; what was written is given back."""
    said = _("Somebody has settled this report already.")
    if text := request.POST.get("text", "").strip()[: ReportAnswerForm.LONGEST]:
        said = _("Somebody has settled this report already, so your answer was not sent: “%(text)s”") % {"text": text}
    messages.info(request, said)
