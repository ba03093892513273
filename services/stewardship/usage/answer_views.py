"""Whether families got into the services that a coordinator is responsible for."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from organisations import permissions
from organisations.access import AuthenticatedRequest

from .answers import answers_about


@require_safe
@login_required
@never_cache
def coordinated_answers(request: AuthenticatedRequest) -> HttpResponse:
    """The answers of families by theme, municipality and reason."""
    if not permissions.is_coordinator(request.user):
        raise Http404
    by_theme, by_municipality = answers_about(permissions.coordinated_organisations(request.user))
    context = {"by_theme": by_theme, "by_municipality": by_municipality}
    return render(request, "services/stewardship/usage/answers.html", context)
