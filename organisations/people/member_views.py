"""Views of an organisation's members: list, roles, invitations, leaving."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from organisations import permissions
from organisations.access import AuthenticatedRequest, get_organisation_for
from organisations.actions import notifications
from organisations.actions.exceptions import ActionRefused
from organisations.actions.invitations import invite, renew_invitation, revoke_invitation
from organisations.actions.members import change_role, remove_member
from organisations.models import Invitation, Organisation

from .forms import InviteForm, RoleForm

_form_page = require_http_methods(["GET", "HEAD", "POST"])


@_form_page
@login_required
@never_cache
@sensitive_post_parameters("email")
def members(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """List members for every insider; pending invitations and the invite form only for those who may manage."""
    has_permission = permissions.may_manage_members if request.method == "POST" else permissions.is_insider
    organisation = get_organisation_for(request.user, pk, has_permission)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            invitation, token = invite(organisation=organisation, invited_by=request.user, **form.cleaned_data)
        except ActionRefused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            return _send_and_redirect(request, invitation, token)
    may_manage = permissions.may_manage_members(request.user, organisation)
    return render(
        request,
        "organisations/people/members.html",
        {
            "organisation": organisation,
            "memberships": organisation.memberships.select_related("user").order_by("role", "created_at", "pk"),
            "may_manage": may_manage,
            "invitations": organisation.invitations.pending() if may_manage else (),
            "form": form if may_manage else None,
        },
    )


@require_POST
@login_required
@never_cache
def member_role(request: AuthenticatedRequest, pk: int, member: int) -> HttpResponse:
    organisation = get_organisation_for(request.user, pk, permissions.may_manage_members)
    membership = get_object_or_404(organisation.memberships.select_related("user"), pk=member)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            change_role(membership=membership, role=form.cleaned_data["role"])
            messages.success(request, _("%(name)s: the role was changed.") % {"name": membership.user})
        except ActionRefused as refusal:
            messages.error(request, refusal.message)
    return _redirect_to_members(request, organisation)


@_form_page
@login_required
@never_cache
def member_remove(request: AuthenticatedRequest, pk: int, member: int) -> HttpResponse:
    """Confirm, then remove a member. Members may remove themselves, except the last admin."""
    organisation = get_organisation_for(request.user, pk, permissions.is_insider)
    membership = get_object_or_404(organisation.memberships.select_related("user"), pk=member)
    is_leaving = membership.user_id == request.user.pk
    has_permission = permissions.may_leave if is_leaving else permissions.may_manage_members
    if not has_permission(request.user, organisation):
        raise PermissionDenied
    if request.method == "POST":
        try:
            remove_member(membership=membership)
        except ActionRefused as refusal:
            messages.error(request, refusal.message)
            return _redirect_to_members(request, organisation)
        message = _("You have left %(organisation)s.") if is_leaving else _("%(name)s is no longer a member.")
        messages.success(request, message % {"organisation": organisation, "name": membership.user})
        return redirect(settings.LOGIN_REDIRECT_URL) if is_leaving else _redirect_to_members(request, organisation)
    return render(
        request,
        "organisations/people/remove.html",
        {"organisation": organisation, "membership": membership, "is_leaving": is_leaving},
    )


@require_POST
@login_required
@never_cache
def invitation_renew(request: AuthenticatedRequest, pk: int, invitation: int) -> HttpResponse:
    pending_invitation = _get_invitation(request, pk, invitation)
    try:
        return _send_and_redirect(request, *renew_invitation(invitation=pending_invitation))
    except ActionRefused as refusal:
        messages.error(request, refusal.message)
        return _redirect_to_members(request, pending_invitation.organisation)


@require_POST
@login_required
@never_cache
def invitation_revoke(request: AuthenticatedRequest, pk: int, invitation: int) -> HttpResponse:
    pending_invitation = _get_invitation(request, pk, invitation)
    try:
        revoke_invitation(invitation=pending_invitation)
        messages.success(request, _("The invitation was taken back. Its link no longer works."))
    except ActionRefused as refusal:
        messages.error(request, refusal.message)
    return _redirect_to_members(request, pending_invitation.organisation)


def _get_invitation(request: AuthenticatedRequest, pk: int, invitation: int) -> Invitation:
    organisation = get_organisation_for(request.user, pk, permissions.may_manage_members)
    return get_object_or_404(organisation.invitations.select_related("organisation", "invited_by"), pk=invitation)


def _send_and_redirect(request: AuthenticatedRequest, invitation: Invitation, token: str) -> HttpResponse:
    if notifications.send_invitation(
        invitation, notifications.page_url(request, "people:invitation", invitation.language, token)
    ):
        messages.success(request, _("The invitation was sent."))
    else:
        messages.error(request, _("The invitation is ready, but its mail could not be sent. Send it again in a while."))
    return _redirect_to_members(request, invitation.organisation)


def _redirect_to_members(request: AuthenticatedRequest, organisation: Organisation) -> HttpResponse:
    return redirect(reverse("people:members", args=[organisation.pk]))
