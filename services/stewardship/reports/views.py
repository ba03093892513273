"""Report a mistake about a service or an organisation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from organisations.core.form_idempotency import AlreadySubmitted, SubmissionInProgress, submit_once
from organisations.models import Organisation
from services.actions.report_mistake import report_mistake
from services.models import Service

from . import spam_protection
from .forms import MistakeReportForm

_require_form_methods = require_http_methods(["GET", "HEAD", "POST"])


@_require_form_methods
@never_cache
@sensitive_post_parameters("text", "email")
def report_service(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    service = get_object_or_404(Service.objects.published().select_related("organisation"), pk=pk)
    return _report_page(request, slug, service.organisation, service)


@_require_form_methods
@never_cache
@sensitive_post_parameters("text", "email")
def report_organisation(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.published(), pk=pk)
    return _report_page(request, slug, organisation)


@require_safe
def service_report_thanks(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return _thanks_page(request, get_object_or_404(Service.objects.published(), pk=pk))


@require_safe
def organisation_report_thanks(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return _thanks_page(request, get_object_or_404(Organisation.objects.published(), pk=pk))


def _report_page(
    request: HttpRequest, slug: str, organisation: Organisation, service: Service | None = None
) -> HttpResponse:
    record = service or organisation
    thanks = f"reports:{'service' if service else 'organisation'}-thanks"
    form = MistakeReportForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_bound and form.is_valid():
        cleaned_data = form.cleaned_data
        try:
            submit_once(
                key=cleaned_data["opened"],
                write=lambda: report_mistake(
                    organisation=organisation,
                    service=service,
                    kind=cleaned_data["kind"],
                    text=cleaned_data["text"],
                    email=cleaned_data["email"],
                    language=(get_language() or "fi")[:2],
                ),
            )
        except SubmissionInProgress:
            form.add_error(
                None, _("You sent this a moment ago, and it is still being saved. Wait a little and send it again.")
            )
        except AlreadySubmitted:
            return redirect(thanks, record.pk, slug)
        else:
            spam_protection.count_report(request)
            return redirect(thanks, record.pk, slug)
    return render(request, "services/stewardship/reports/report.html", {"form": form, "record": record})


def _thanks_page(request: HttpRequest, record: Organisation | Service) -> HttpResponse:
    return render(request, "services/stewardship/reports/thanks.html", {"record": record})
