"""Who may use these pages: all coordinators, as the taxonomy is shared. Others do not learn that there are any."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache

from organisations import permissions
from organisations.access import AuthenticatedRequest


def coordinators_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permissions.is_coordinator(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(never_cache(guarded))
