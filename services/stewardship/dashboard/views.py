"""The dashboard of a signed-in user: tasks, maintained organisations and their state."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from organisations import permissions
from organisations.access import AuthenticatedRequest, get_organisation_for
from organisations.models.claim import ClaimState
from services.actions.proposals import dismiss_answer
from services.models import CategoryProposal

from .member_organisations import member_organisations
from .tasks import TaskContext, member_tasks


@require_safe
@login_required
@never_cache
def account(request: AuthenticatedRequest) -> HttpResponse:
    user, now = request.user, timezone.now()
    entries = member_organisations(user, timezone.localdate(now))
    return render(
        request,
        "services/stewardship/dashboard/dashboard.html",
        {
            "member_organisations": entries,
            "tasks": member_tasks(TaskContext(user, entries, now)),
            "next_due": min((day for entry in entries if (day := entry.next_due)), default=None),
            "claims": user.claims.filter(state=ClaimState.OPEN).select_related("organisation"),
            "may_use_desk": permissions.may_use_admin(user),
            "is_coordinator": permissions.is_coordinator(user),
        },
    )


@require_POST
@login_required
@never_cache
def dismiss_proposal_answer(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Mark a coordinator's answer to a proposal as read."""
    proposal = get_object_or_404(CategoryProposal.objects.select_related("service"), pk=pk)
    get_organisation_for(request.user, proposal.service.organisation_id, permissions.may_edit)
    dismiss_answer(proposal=proposal, now=timezone.now())
    return redirect("dashboard:account")
