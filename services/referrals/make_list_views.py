"""For professionals: make a list of services and hand it over by a secret link, or keep it as a template."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from organisations.core.form_idempotency import AlreadySubmitted, SubmissionInProgress
from services.actions.referral_lists import MAX_SERVICES, hand_over, list_token
from services.models import ReferralList, Service

from . import device_lists, rate_limit
from .forms import ListDraft
from .list_overview import list_overview
from .list_safety import safety_context
from .ordered_services import service_ids, services_in_order
from .template_views import TemplateForm, requested_template, store_as_template


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def make_list(request: HttpRequest) -> HttpResponse:
    """Choose what the family reads beside each service, then hand the list over."""
    template = None if request.method == "POST" else requested_template(request)
    ids = service_ids(request.POST if request.method == "POST" else request.GET)
    if template:
        ids += [item.service_id or 0 for item in template.items.all()]
    ids = ids[:MAX_SERVICES]
    services = services_in_order(Service.objects.published().for_handover().with_safety(), ids)
    draft = ListDraft(request, services, template)
    template_form = TemplateForm(_template_data(request), user=request.user) if request.user.is_authenticated else None
    problem, status = "", 200
    if request.method == "POST" and services and "move" not in request.POST:
        if template_form and template_form.is_bound:
            problem = store_as_template(request, draft, template_form)
        else:
            problem, response = _try_to_hand_over(request, draft)
            if response:
                return response
            status = 400
    context = {
        "draft": draft,
        "template_form": template_form,
        "problem": problem,
        "max_services": MAX_SERVICES,
        # Those that were archived or deleted after they were saved.
        "missing": len(ids) - len(services),
        **_overview_context(draft, services),
    }
    return render(request, "services/referrals/make_list.html", context, status=status)


def _template_data(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" and "template" in request.POST else None


def _overview_context(draft: ListDraft, services: list[Service]) -> dict[str, Any]:
    today = timezone.localdate()
    overview = list_overview(
        services,
        list_language=(get_language() or "fi")[:2],
        family=draft.list_form.family,
        today=today,
        has_room=len(services) < MAX_SERVICES,
    )
    for advice_form in draft.advice_forms:
        advice_form.misfits = overview.misfits[advice_form.service.pk]
    return {"overview": overview, **safety_context(services, today)}


def _try_to_hand_over(request: HttpRequest, draft: ListDraft) -> tuple[str, HttpResponse | None]:
    """What went wrong, if it does not show in the forms, or the response that shows the new list."""
    if not draft.is_valid():
        return "", None
    if not rate_limit.is_below(request, rate_limit.HAND_OVER):
        return _("Many lists have been made from your network within an hour. Try again later."), None
    try:
        return "", _hand_over(request, draft)
    except SubmissionInProgress:
        return _("The list is being stored already. Wait a little and try again."), None


def _hand_over(request: HttpRequest, draft: ListDraft) -> HttpResponse:
    form = draft.list_form.cleaned_data
    try:
        pk = hand_over(
            advice=[advice_form.advice() for advice_form in draft.advice_forms],
            title=form["title"],
            language=(get_language() or "fi")[:2],
            days=form["days"],
            form_key=form["form_key"],
            user=request.user if request.user.is_authenticated else None,
            municipality=form["municipality"],
        ).pk
        rate_limit.count(request, rate_limit.HAND_OVER)
    except AlreadySubmitted as first:
        pk = first.record
        if not ReferralList.objects.current(timezone.now()).filter(pk=pk).exists():
            messages.info(request, _("You made this list before, and it has been deleted since. Make a new one."))
            return redirect("referrals:given")
    response = redirect("referrals:list", pk)
    device_lists.remember(request, response, list_token(form["form_key"]))
    return response
