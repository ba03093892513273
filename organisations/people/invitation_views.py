"""The view that an invitation links to."""

from http import HTTPStatus

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organisations.actions.exceptions import ActionRefused
from organisations.actions.invitations import accept_invitation
from organisations.models import Invitation, User

from . import signup_gate


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show the invitation; accept it on POST with the current account, or after signing up."""
    pending_invitation = (
        Invitation.objects.acceptable().by_token(token).select_related("organisation", "invited_by").first()
    )
    if pending_invitation is None:
        return render(request, "organisations/people/invitation_gone.html", status=HTTPStatus.GONE)
    if request.method == "POST":
        if not request.user.is_authenticated:
            # The token was sent by mail, so its holder has verified the address.
            get_adapter().stash_verified_email(request, pending_invitation.email)
            signup_gate.open_signup(request)
            return redirect(f"{reverse('account_signup')}?{urlencode({'next': request.path})}")
        try:
            membership = accept_invitation(token=token, user=request.user)
        except ActionRefused as refusal:
            messages.error(request, refusal.message)
            return redirect(settings.LOGIN_REDIRECT_URL)
        messages.success(
            request, _("Welcome! You now look after %(organisation)s.") % {"organisation": membership.organisation}
        )
        return redirect(settings.LOGIN_REDIRECT_URL)
    is_for_other_address = request.user.is_authenticated and pending_invitation.email.lower() not in _email_addresses(
        request.user
    )
    return render(
        request,
        "organisations/people/invitation.html",
        {"invitation": pending_invitation, "is_for_other_address": is_for_other_address},
    )


def _email_addresses(user: User) -> set[str]:
    other_addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return {address.lower() for address in (user.email, *other_addresses)}
