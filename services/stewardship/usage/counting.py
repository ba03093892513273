"""Counts of pages that are opened, and of links and boxes that are used on them."""

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

# Of what the pages are, by their routes.
COUNTED_URL_NAMES = {"finding:service": "service", "profiles:organisation": "organisation"}
SCRIPT_COUNTED_USES = frozenset({UseKind.SAVED, UseKind.CONTACTED})
_TARGET_PATTERN = re.compile(r"(service|organisation)-([0-9]{1,18})")


class PageViewMiddleware:
    """Counts the pages of services and organisations. Prefetches, reloads, robots, members at what they keep and
    other views of the page that led here (another language, a report sent from it) are no openings."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        route = match.view_name if match else ""
        if route in COUNTED_URL_NAMES and response.status_code == 200 and is_user_navigation(request):
            pk = match.kwargs["pk"]
            if not _is_own_referer(request, route, pk) and not _is_own_record(request, COUNTED_URL_NAMES[route], pk):
                _count_record_use(UseKind.OPENED, COUNTED_URL_NAMES[route], pk)
        return response


@require_POST
@csrf_exempt  # Public pages set no cookie to compare with; a count of another site's making is refused by its origin.
def count_use(request: HttpRequest) -> HttpResponse:
    """A script tells that a box was ticked or a link followed: use=contacted&of=service-12. Nothing else is read.

    Browsers name the page's origin with every such request. Whoever writes a program for it can still drive the numbers
    up, which are shown to the organisation alone; telling programs from people would mean to store something of people.
    """
    own = f"{request.scheme}://{request.get_host()}"
    of = _TARGET_PATTERN.fullmatch(request.POST.get("of", ""))
    use = request.POST.get("use", "")
    if request.headers.get("Origin") != own or not of or use not in SCRIPT_COUNTED_USES:
        return HttpResponse(status=400)
    if not is_robot(request) and not _is_own_record(request, of[1], int(of[2])):
        _count_record_use(UseKind(use), of[1], int(of[2]))
    return HttpResponse(status=204)


def _count_record_use(use: UseKind, kind: str, pk: int) -> None:
    today = timezone.localdate()
    if kind == "service":
        recount_services(use=use, services=[pk], today=today)
    else:
        count_organisation(use=use, organisation=pk, today=today)


def _is_own_record(request: HttpRequest, kind: str, pk: int) -> bool:
    """Whether a member looks at what she or he keeps, to see whether it is right. Visitors' pages ask for no login."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return False
    kept = Membership.objects.filter(user=request.user)
    organisation = {"organisation__services": pk} if kind == "service" else {"organisation": pk}
    return kept.filter(**organisation).exists()


def _is_own_referer(request: HttpRequest, route: str, pk: int) -> bool:
    path, _query = internal_referer(request)
    return any(path.startswith(beginning) for beginning in _path_prefixes(route, pk)) if path else False


def _path_prefixes(route: str, pk: int) -> list[str]:
    """How the addresses of a record begin, in each language."""
    found = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.append(reverse(route, args=[pk, "-"]).removesuffix("-/"))
    return found
