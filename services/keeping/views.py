"""A member confirms an organisation's information from a mail, without signing in."""

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organisations.doing import Through, doing
from services.actions.confirm import archive_services, confirm
from services.actions.due import waiting
from services.actions.links import membership_by
from services.actions.report_mistake import close_reports
from services.models.mistake_report import MistakeState

from .forms import KeepingForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def keep(request: HttpRequest, token: str) -> HttpResponse:
    membership = membership_by(token)
    if membership is None:
        return render(request, "services/keeping/old_link.html", status=404)
    organisation, today = membership.organisation, timezone.localdate()
    prefetch_related_objects([organisation], "phones")
    form = KeepingForm(request.POST if request.method == "POST" else None, organisation=organisation)
    if form.is_bound and form.is_valid():
        with doing(through=Through.MAIL, by=membership.user_id):
            _answer(form, membership)
        return redirect("keeping:keep", token)
    due = waiting(organisation, today)
    return render(
        request,
        "services/keeping/keep.html",
        {
            "organisation": organisation,
            "form": form,
            "due": due,
            "services": organisation.services.published().for_comparison().alphabetical(),
            "unticked": _unticked(form),
            "reports": organisation.mistake_reports.filter(state=MistakeState.OPEN).select_related("service"),
            "today": today,
        },
    )


def _answer(form: KeepingForm, membership) -> None:
    given = form.cleaned_data
    if given["settled"]:
        close_reports(reports=[given["settled"]])
    elif given["ended"]:
        archive_services(services=[given["ended"].pk])
    else:
        confirm(
            organisation=membership.organisation,
            services=[service.pk for service in given["services"]],
            by=membership.user,
            now=timezone.now(),
        )


def _unticked(form: KeepingForm) -> set[int]:
    """Services whose tick was taken away, where the form comes back."""
    if not form.is_bound:
        return set()
    ticked = set(form.data.getlist("services"))
    return {pk for pk in form.fields["ended"].queryset.values_list("pk", flat=True) if str(pk) not in ticked}
