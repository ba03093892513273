"""Count page views, and the use of links and checkboxes on the pages."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from organisations.core.request_kind import internal_referer, is_robot, is_user_navigation
from organisations.models import Membership
from services.actions.count_use import count_organisation, recount_services
from services.models import UseKind

# The kind of record by URL name.
COUNTED_URL_NAMES = {"finding:service": "service", "profiles:organisation": "organisation"}
SCRIPT_COUNTED_USES = frozenset({UseKind.SAVED, UseKind.CONTACTED})
_TARGET_PATTERN = re.compile(r"(service|organisation)-([0-9]{1,18})")


class PageViewMiddleware:
    """Count views of service and organisation pages.

    Not counted: prefetches, reloads, robots, members viewing their own records, and navigation within the same
    record (another language, a report sent from it).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        kind = COUNTED_URL_NAMES.get(match.view_name) if match else None
        if match and kind and response.status_code == 200 and is_user_navigation(request):
            pk = match.kwargs["pk"]
            if not _is_own_referer(request, match.view_name, pk) and not _is_own_record(request, kind, pk):
                _count_record_use(UseKind.OPENED, kind, pk)
        return response


@require_POST
@csrf_exempt  # Public pages have no CSRF cookie; the Origin header is checked instead.
def count_use(request: HttpRequest) -> HttpResponse:
    """Count a use reported by the page's script: use=contacted&of=service-12.

    The Origin header is checked. Programs can still inflate the numbers, which only the organisation sees; preventing
    that would require storing data about readers.
    """
    own_origin = f"{request.scheme}://{request.get_host()}"
    target = _TARGET_PATTERN.fullmatch(request.POST.get("of", ""))
    use = request.POST.get("use", "")
    if request.headers.get("Origin") != own_origin or not target or use not in SCRIPT_COUNTED_USES:
        return HttpResponse(status=400)
    if not is_robot(request) and not _is_own_record(request, target[1], int(target[2])):
        _count_record_use(UseKind(use), target[1], int(target[2]))
    return HttpResponse(status=204)


def _count_record_use(use: UseKind, kind: str, pk: int) -> None:
    today = timezone.localdate()
    if kind == "service":
        recount_services(use=use, services=[pk], today=today)
    else:
        count_organisation(use=use, organisation=pk, today=today)


def _is_own_record(request: HttpRequest, kind: str, pk: int) -> bool:
    """Whether a member views a record of the own organisation."""
    # Without a session cookie the session is not read.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return False
    memberships = Membership.objects.filter(user=request.user)
    organisation = {"organisation__services": pk} if kind == "service" else {"organisation": pk}
    return memberships.filter(**organisation).exists()


def _is_own_referer(request: HttpRequest, url_name: str, pk: int) -> bool:
    """Whether the visitor comes from another page of the same record."""
    path, _query = internal_referer(request)
    return any(path.startswith(prefix) for prefix in _path_prefixes(url_name, pk)) if path else False


def _path_prefixes(url_name: str, pk: int) -> list[str]:
    """The URL prefixes of a record, one per language."""
    prefixes = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            prefixes.append(reverse(url_name, args=[pk, "-"]).removesuffix("-/"))
    return prefixes
