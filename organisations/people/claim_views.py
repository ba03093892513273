"""Views to claim an organisation of the directory, or to add a new one."""

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
from organisations.access import AuthenticatedRequest
from organisations.actions import domain_evidence
from organisations.actions.claims import add_organisation, claim_organisation, claim_refusal_reason, withdraw_claim
from organisations.actions.exceptions import ActionRefused
from organisations.models import Claim, Organisation
from organisations.models.claim import ClaimState

from . import signup_gate
from .forms import ClaimForm, NewOrganisationForm

MAX_DUPLICATES = 5
_form_page = require_http_methods(["GET", "HEAD", "POST"])


@_form_page
@never_cache
@sensitive_post_parameters("text")
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim an organisation; anonymous users are asked to sign in or sign up first."""
    organisation = get_object_or_404(Organisation.objects.published(), pk=pk)
    if not request.user.is_authenticated:
        return _require_signup(request, {"organisation": organisation})
    if not permissions.may_claim(request.user, organisation):
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = ClaimForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            new_claim = claim_organisation(organisation=organisation, user=request.user, **form.cleaned_data)
        except ActionRefused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            return _redirect_with_thanks(request, new_claim)
    # Shown before the form is filled in; after a submission the refusal is a form error.
    refusal_reason = "" if form.is_bound else claim_refusal_reason(request.user, organisation)
    context = {"organisation": organisation, "form": form, "refusal_reason": refusal_reason}
    return render(request, "organisations/people/claim.html", context)


@_form_page
@never_cache
@sensitive_post_parameters("text")
def new_organisation(request: HttpRequest) -> HttpResponse:
    """Add an organisation. Likely duplicates must be ruled out by the user before it is created."""
    if not request.user.is_authenticated:
        return _require_signup(request, {})
    if not permissions.may_add_organisation(request.user):
        raise PermissionDenied
    form = NewOrganisationForm(request.POST if request.method == "POST" else None)
    duplicates: list[Organisation] = []
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        duplicates = _likely_duplicates(data)
        if not duplicates or data["is_new"]:
            del data["is_new"]
            try:
                new_claim = add_organisation(user=request.user, language=(get_language() or "fi")[:2], **data)
            except ActionRefused as refusal:
                form.add_error(refusal.field, refusal.message)
            else:
                return _redirect_with_thanks(request, new_claim)
    refusal_reason = "" if form.is_bound else claim_refusal_reason(request.user)
    context = {"form": form, "duplicates": duplicates, "refusal_reason": refusal_reason}
    return render(request, "organisations/people/add.html", context)


@require_POST
@login_required
@never_cache
def claim_withdraw(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Withdraw the user's own open claim."""
    claim = get_object_or_404(Claim.objects.select_related("organisation"), pk=pk, user=request.user)
    try:
        withdraw_claim(claim=claim)
        messages.success(request, _("Your request was taken back."))
    except ActionRefused as refusal:
        messages.error(request, refusal.message)
    return redirect(settings.LOGIN_REDIRECT_URL)


def _require_signup(request: HttpRequest, context: dict) -> HttpResponse:
    """Explain on GET; only POST sets a cookie and opens the sign-up."""
    if request.method == "POST":
        signup_gate.open_signup(request)
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': request.path})}")
    return render(request, "organisations/people/accept_invitation.html", context)


def _likely_duplicates(data: dict) -> list[Organisation]:
    domain = domain_evidence.website_domain(data["website"])
    duplicates = Organisation.objects.published().likely_duplicates(
        name=data["name"],
        business_id=data["business_id"],
        website="" if domain_evidence.is_common_domain(domain) else domain,
    )
    return list(duplicates[:MAX_DUPLICATES])


def _redirect_with_thanks(request: HttpRequest, claim: Claim) -> HttpResponse:
    if claim.state == ClaimState.APPROVED:
        messages.success(
            request, _("Welcome! You now look after %(organisation)s.") % {"organisation": claim.organisation}
        )
    else:
        messages.success(request, _("Thank you. A coordinator looks at your request and answers by mail."))
    return redirect(settings.LOGIN_REDIRECT_URL)
