"""Ask to look after an organisation that is in the directory, or add one that is not."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from organisations import permissions
from organisations.actions import domain_evidence
from organisations.actions.claims import add_organisation, claim_organisation, claim_refusal_reason, withdraw_claim
from organisations.actions.exceptions import ActionRefused
from organisations.models import Organisation
from organisations.models.claim import ClaimState

from . import signup_gate
from .forms import ClaimForm, NewOrganisationForm

MAX_DUPLICATES = 5
_form_page = require_http_methods(["GET", "HEAD", "POST"])


@_form_page
@never_cache
@sensitive_post_parameters("text")
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """'Do you represent this organisation?' Visitors are asked to sign in, or led to a new account."""
    organisation = get_object_or_404(Organisation.objects.published(), pk=pk)
    if not request.user.is_authenticated:
        return _require_signup(request, {"organisation": organisation})
    if not permissions.may_claim(request.user, organisation):
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = ClaimForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = claim_organisation(organisation=organisation, user=request.user, **form.cleaned_data)
        except ActionRefused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            return _redirect_with_thanks(request, made)
    # Told before anybody writes; what was written stays with the refusal in the form.
    refusal = "" if form.is_bound else claim_refusal_reason(request.user, organisation)
    page = {"organisation": organisation, "form": form, "refusal": refusal}
    return render(request, "organisations/people/claim.html", page)


@_form_page
@never_cache
@sensitive_post_parameters("text")
def new_organisation(request: HttpRequest) -> HttpResponse:
    """A short form; what looks like an organisation that is here already is shown before a second one is made."""
    if not request.user.is_authenticated:
        return _require_signup(request, {})
    if not permissions.may_add_organisation(request.user):
        raise PermissionDenied
    form = NewOrganisationForm(request.POST if request.method == "POST" else None)
    doubles = []
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        doubles = _likely_duplicates(given)
        if not doubles or given["is_new"]:
            del given["is_new"]
            try:
                made = add_organisation(user=request.user, language=(get_language() or "fi")[:2], **given)
            except ActionRefused as refusal:
                form.add_error(refusal.field, refusal.message)
            else:
                return _redirect_with_thanks(request, made)
    refusal = "" if form.is_bound else claim_refusal_reason(request.user)
    return render(request, "organisations/people/add.html", {"form": form, "doubles": doubles, "refusal": refusal})


@require_POST
@login_required
@never_cache
def claim_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own request is needed no more, or was a mistake."""
    claim = get_object_or_404(request.user.claims.select_related("organisation"), pk=pk)
    try:
        withdraw_claim(claim=claim)
        messages.success(request, _("Your request was taken back."))
    except ActionRefused as refusal:
        messages.error(request, refusal.message)
    return redirect(settings.LOGIN_REDIRECT_URL)


def _require_signup(request: HttpRequest, about: dict) -> HttpResponse:
    """Explains; only a form that is sent sets a cookie and opens the sign-up."""
    if request.method == "POST":
        signup_gate.open_signup(request)
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': request.path})}")
    return render(request, "organisations/people/accept_invitation.html", about)


def _likely_duplicates(given: dict) -> list[Organisation]:
    site = domain_evidence.website_domain(given["website"])
    found = Organisation.objects.published().likely_duplicates(
        name=given["name"],
        business_id=given["business_id"],
        website="" if domain_evidence.is_common_domain(site) else site,
    )
    return list(found[:MAX_DUPLICATES])


def _redirect_with_thanks(request: HttpRequest, made) -> HttpResponse:
    if made.state == ClaimState.APPROVED:
        messages.success(
            request, _("Welcome! You now look after %(organisation)s.") % {"organisation": made.organisation}
        )
    else:
        messages.success(request, _("Thank you. A coordinator looks at your request and answers by mail."))
    return redirect(settings.LOGIN_REDIRECT_URL)
