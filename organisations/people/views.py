"""A person's own page: what she or he looks after, and the account."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from organisations import permissions
from organisations.models.claim import ClaimState


@require_safe
@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    user = request.user
    return render(
        request,
        "organisations/people/account.html",
        {
            "memberships": user.memberships.select_related("organisation").order_by("organisation__name_fi", "pk"),
            "claims": user.claims.filter(state=ClaimState.OPEN).select_related("organisation"),
            "may_use_desk": permissions.may_use_desk(user),
        },
    )
