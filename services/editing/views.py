"""Write a service: the form, its draft, what readers would see, publishing; and two people at the same time."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organisations.models import Organisation
from organisations.models.base import Status
from services.actions.drafts import Conflict, publish, save_draft, start_service, write
from services.actions.guess_categories import guess_categories
from services.actions.proposals import propose_category
from services.actions.written import OTHERS, Values, digests, merged, written
from services.models import LinkCheck, Service, ServiceLocation
from services.search.analysis import LANGUAGES

from .forms import ServiceForm
from .groups import area_groups, category_groups
from .guard import organisation_for, service_for
from .words import compared

_form_page = require_http_methods(["GET", "HEAD", "POST"])


@_form_page
@login_required
@never_cache
@sensitive_post_parameters()
def new(request: HttpRequest, pk: int) -> HttpResponse:
    return _write(request, organisation_for(request.user, pk), None)


@_form_page
@login_required
@never_cache
@sensitive_post_parameters()
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    service = service_for(request.user, pk)
    return _write(request, service.organisation, service)


@require_POST
@login_required
@never_cache
def publish_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the draft as it is; what is wrong with it is shown in the form."""
    service = service_for(request.user, pk)
    values, versions = _state(service)
    form = ServiceForm(organisation=service.organisation, values=values, versions=versions, checked=True)
    return _publish(request, form, service, values, versions)


@require_safe
@login_required
@never_cache
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of the service as readers would see it. What is written for it is taken back at once."""
    service = service_for(request.user, pk)
    values, versions = _state(service)
    form = ServiceForm(organisation=service.organisation, values=values, versions=versions, checked=True)
    valid = form.is_valid()
    # What is wrong is left out.
    facts = dict.fromkeys(OTHERS[:2] + OTHERS[-2:]) | form.cleaned_data
    with transaction.atomic():
        service.status = Status.DRAFT
        write(service=service, facts=facts)
        found = Service.objects.for_cards().prefetch_related("phones", "organisation__phones", "categories")
        shown = found.prefetch_related(Prefetch("locations", ServiceLocation.objects.for_page())).get(pk=service.pk)
        shown.assured_at = timezone.now()
        page = render(
            request,
            "services/editing/preview.html",
            {
                "service": shown,
                "organisation": shown.organisation,
                "tags": list(dict.fromkeys(tag.current for tag in shown.categories.all())),
                "valid": valid,
            },
        )
        transaction.set_rollback(True)
    return page


def _state(service: Service | None) -> tuple[Values, dict[str, dict]]:
    """What the form begins with, and the digests by which a later change of it is known."""
    if service is None:
        return {}, {"base": {}, "seen": {}}
    published, draft = written(service), getattr(service, "draft", None)
    values = published if draft is None else draft.values
    return values, {"base": digests(values), "seen": digests(published) if draft is None else draft.seen}


def _write(request: HttpRequest, organisation: Organisation, service: Service | None) -> HttpResponse:
    values, versions = _state(service)
    about = {"organisation": organisation, "values": values, "versions": versions}
    if request.method != "POST":
        return _show(request, service, ServiceForm(**about, checked="check" in request.GET))
    form = ServiceForm(request.POST, **about)
    typed, sent = form.typed, form.sent_versions()
    if service is not None and "unit" in request.POST:
        form, typed, sent = _decided(request, form, service, about)
    match request.POST.get("do"):
        case "guess":
            again = ServiceForm(organisation=organisation, values=typed, versions=sent)
            again.initial["proposal"] = request.POST.get("proposal", "")
            return _show(request, service, again, guesses=guess_categories(typed))
        case "publish":
            return _publish(request, form, service, typed, sent)
        case "preview":
            return _save(request, form, service, typed, sent, "editing:preview")
    return _save(
        request, form, service, typed, sent, "editing:edit", said=_("The draft is saved. Readers do not see it.")
    )


def _save(
    request, form: ServiceForm, service, typed: Values, sent: dict, then: str, *, said="", more=""
) -> HttpResponse:
    try:
        if service is None:
            service = start_service(organisation=form.organisation, values=typed, by=request.user)
        else:
            save_draft(service=service, values=typed, by=request.user, **sent)
    except Conflict as conflict:
        return _show_both(request, form, service, typed, conflict)
    _propose(request, form, service)
    if said:
        messages.success(request, said)
    return redirect(reverse(then, args=[service.pk]) + more)


def _publish(request, form: ServiceForm, service, typed: Values, sent: dict) -> HttpResponse:
    if not form.is_valid():
        if service is None and not any(typed.values()):
            return _show(request, None, form)
        # Nothing is lost, whatever happens to the page with what is wrong.
        return _save(request, form, service, typed, sent, "editing:edit", more="?check=1")
    try:
        with transaction.atomic():
            if service is None:
                service = start_service(organisation=form.organisation, values=typed, by=request.user)
                sent = {"base": digests(typed), "seen": digests(written(service))}
            publish(service=service, values=typed, facts=form.cleaned_data, by=request.user, now=timezone.now(), **sent)
    except Conflict as conflict:
        return _show_both(request, form, service, typed, conflict)
    _propose(request, form, service)
    if form.organisation.status == Status.PUBLISHED:
        messages.success(request, _("Published: readers see it now."))
    else:
        messages.success(request, _("Ready: readers see it when the organisation is published."))
    return redirect("editing:services", form.organisation.pk)


def _propose(request: HttpRequest, form: ServiceForm, service: Service) -> None:
    text = request.POST.get("proposal", "").replace("\x00", "").strip()[: form.fields["proposal"].max_length]
    if text:
        propose_category(service=service, text=text, by=request.user)
        messages.success(request, _("Your proposal for a subject went to the coordinators."))


def _decided(
    request: HttpRequest, form: ServiceForm, service: Service, about: dict
) -> tuple[ServiceForm, Values, dict]:
    """What was sent with the parts of the other version that somebody chose; undecided parts are asked for again."""
    theirs = written(service) if request.POST.get("against") == "published" else about["values"]
    chosen = {part: request.POST.get(f"keep-{part}", "") for part in request.POST.getlist("unit")}
    typed = merged(mine=form.typed, theirs=theirs, take=[part for part, who in chosen.items() if who == "theirs"])
    sent = form.sent_versions()
    for part, who in chosen.items():
        if who not in ("mine", "theirs"):
            sent["base"].pop(part, None)
    return ServiceForm(**about | {"values": typed, "versions": sent}, checked=True), typed, sent


def _show(request: HttpRequest, service: Service | None, form: ServiceForm, guesses=()) -> HttpResponse:
    chosen = {name: set(form[name].value() or ()) for name in ("categories", "counties", "municipalities")}
    return render(
        request,
        "services/editing/form.html",
        {
            "form": form,
            "service": service,
            "draft": getattr(service, "draft", None),
            "organisation": form.organisation,
            "category_groups": category_groups(chosen["categories"]),
            "area_groups": area_groups(chosen["counties"], chosen["municipalities"]),
            "broken": LinkCheck.objects.broken_among(form[f"website_{language}"].value() for language in LANGUAGES),
            "guesses": [category for category in guesses if str(category.pk) not in chosen["categories"]],
        },
    )


def _show_both(
    request: HttpRequest, form: ServiceForm, service: Service, mine: Values, conflict: Conflict
) -> HttpResponse:
    now = service_for(request.user, service.pk)
    _values, versions = _state(now)
    if conflict.published:
        versions["seen"] = digests(conflict.theirs)
    return render(
        request,
        "services/editing/conflict.html",
        {
            "service": now,
            "organisation": now.organisation,
            "draft": getattr(now, "draft", None),
            "published": conflict.published,
            "differences": compared(form, conflict.differences, request.POST),
            "mine": [
                (name, one)
                for name, value in mine.items()
                for one in (value if isinstance(value, list) else ["on" if value is True else value])
                if value is not False
            ],
            "versions": ServiceForm(organisation=now.organisation, values={}, versions=versions),
            "proposal": request.POST.get("proposal", ""),
            "do": request.POST.get("do") if request.POST.get("do") in ("publish", "preview") else "save",
            "undecided": "unit" in request.POST,
        },
        status=409,
    )
