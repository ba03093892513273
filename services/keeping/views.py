"""A member confirms an organisation's information: from a mail without signing in, or from her or his own page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from organisations import permissions
from organisations.doing import Through, doing
from organisations.models import Organisation, User
from organisations.people.guard import organisation_for
from services.actions.confirm import archive_services, confirm
from services.actions.due import waiting
from services.actions.links import membership_by

from .forms import KeepingForm
from .reports import report_forms, settled

_form_page = require_http_methods(["GET", "HEAD", "POST"])


@_form_page
@never_cache
@sensitive_post_parameters("text")
def keep(request: HttpRequest, token: str) -> HttpResponse:
    membership = membership_by(token)
    if membership is None:
        return render(request, "services/keeping/old_link.html", status=404)
    about = request, membership.organisation, membership.user, "services/keeping/keep.html"
    if request.method != "POST":
        return _screen(*about)
    with doing(through=Through.MAIL, by=membership.user_id):
        return _screen(*about)


@_form_page
@login_required
@never_cache
@sensitive_post_parameters("text")
def check(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = organisation_for(request.user, pk, permissions.may_edit)
    return _screen(request, organisation, request.user, "services/keeping/check.html")


def _screen(request: HttpRequest, organisation: Organisation, by: User, template: str) -> HttpResponse:
    """Everything that readers see of an organisation, to be confirmed with one press, and what readers said of it."""
    prefetch_related_objects([organisation], "phones")
    about_report = "report" in request.POST
    reports = report_forms(request, organisation)
    form = KeepingForm(
        request.POST if request.method == "POST" and not about_report else None, organisation=organisation
    )
    if about_report and settled(request, reports, by):
        return redirect(request.path)
    if form.is_bound and form.is_valid():
        if said := _answer(form, by):
            messages.success(request, said)
        return redirect(request.path)
    today = timezone.localdate()
    services = list(organisation.services.published().for_comparison().alphabetical())
    return render(
        request,
        template,
        {
            "organisation": organisation,
            "form": form,
            "due": waiting(organisation, today),
            "next_due": min(record.term.due for record in (organisation, *services)),
            "services": services,
            "unticked": _unticked(form),
            "report_forms": reports,
            "has_errors": any(one.errors for one in (form, *reports)),
            "today": today,
        },
    )


def _answer(form: KeepingForm, by: User) -> str:
    """Does what was asked for, and says so; the page itself says where everything is confirmed."""
    given = form.cleaned_data
    if ended := given["ended"]:
        archive_services(services=[ended.pk])
        return _("Readers no longer see this service: %(name)s.") % {"name": ended.name}
    count = confirm(
        organisation=form.organisation,
        services=[service.pk for service in given["services"]],
        by=by,
        now=timezone.now(),
    )
    if count == form.fields["services"].queryset.count():
        return ""
    said = ngettext(
        "Confirmed: the organisation and %(count)s service.",
        "Confirmed: the organisation and %(count)s services.",
        count,
    )
    return said % {"count": count}


def _unticked(form: KeepingForm) -> set[int]:
    """Services whose tick was taken away, where the form comes back."""
    if not form.is_bound:
        return set()
    ticked = set(form.data.getlist("services"))
    return {pk for pk in form.fields["ended"].queryset.values_list("pk", flat=True) if str(pk) not in ticked}
