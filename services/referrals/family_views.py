"""The page that a family opens by a secret link: no login, no cookie, nothing stored about the reader.

Answers need no CSRF token. There is no cookie or login whose rights another site could borrow: the secret in the path
is the only right there is, and who knows it may answer. Browsers send `Origin: null` from this page, as they are asked
for no referrer, so that header proves nothing either. Programs that look at links answer nothing: they do not POST.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_bidi, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from services.actions.answer_referrals import answer_referral
from services.models import Obstacle, Outcome, ReferralItem, ReferralList, Service

from . import rate_limit
from .addresses import absolute_url
from .family_languages import FAMILY_LANGUAGES, FamilyLanguage
from .family_offline import copy_permission, set_copy_headers
from .list_safety import safety_context
from .qr_code import qr_svg
from .similar_services import similar_services


@dataclass(frozen=True)
class GivenAnswer:
    """What was tapped just now. Only the page that follows shows it: others may look at the same link later."""

    position: int
    outcome: str
    obstacle: str = ""
    is_refused: bool = False

    @property
    def asks_why(self) -> bool:
        return self.outcome != Outcome.REACHED and not self.is_refused


@require_safe
def family_page(request: HttpRequest, token: str, language: str = "") -> HttpResponse:
    return _page(request, token, language, _current_list(token))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str, language: str, position: int) -> HttpResponse:
    """Whether the family got into a service, or why not; the last answer counts. Only POST answers."""
    if request.method != "POST":
        return redirect("family:list-in", token, language)
    referral_list = _current_list(token) if language in FAMILY_LANGUAGES else None
    items = referral_list.items.all() if referral_list else []
    item = next((item for item in items if item.position == position and item.service), None)
    if item is None:
        return _page(request, token, language, referral_list)
    given = _read_answer(request.POST, item)
    if given is None:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    if not rate_limit.is_below(request, rate_limit.ANSWER):
        given = GivenAnswer(position, given.outcome, given.obstacle, is_refused=True)
    else:
        answer_referral(item=item, outcome=given.outcome, obstacle=given.obstacle, today=timezone.localdate())
        item.outcome = given.outcome
        rate_limit.count(request, rate_limit.ANSWER)
    return _page(request, token, language, referral_list, given)


def _read_answer(data: QueryDict, item: ReferralItem) -> GivenAnswer | None:
    """None if it is none of those on the page. A reason belongs to the outcome tapped before."""
    obstacle, outcome = data.get("obstacle", ""), data.get("outcome", "")
    if obstacle in Obstacle.values and item.outcome and item.outcome != Outcome.REACHED:
        return GivenAnswer(item.position, item.outcome, obstacle)
    if outcome in Outcome.values and not obstacle:
        return GivenAnswer(item.position, outcome, item.obstacle if outcome == item.outcome else "")
    return None


def _page(
    request: HttpRequest,
    token: str,
    language: str,
    referral_list: ReferralList | None,
    given: GivenAnswer | None = None,
) -> HttpResponse:
    chosen = FAMILY_LANGUAGES.get(language or (referral_list.language if referral_list else ""))
    if chosen is None:
        chosen = FAMILY_LANGUAGES[settings.LANGUAGE_CODE]
        referral_list = None if language else referral_list
    with override(chosen.code):
        if referral_list is None:
            # Ended, revoked, mistyped and guessed links look the same.
            response = render(request, "services/referrals/family_gone.html", {"language": chosen}, status=404)
        else:
            permission = copy_permission(referral_list, is_asked=request.GET.get("keep") == "1")
            context = _context(request, referral_list, token, chosen) | {"given": given, "keeps_copy": bool(permission)}
            response = render(request, "services/referrals/family.html", context)
            if given and given.is_refused:
                response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response["Content-Language"] = chosen.html_code
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    if given:
        response["Cache-Control"] = "private, no-store"
    elif referral_list:
        set_copy_headers(response, permission, referral_list.ends_at)
    else:
        response["Cache-Control"] = "private, no-cache"
    return response


def _current_list(token: str) -> ReferralList | None:
    items = ReferralItem.objects.prefetch_related(Prefetch("service", Service.objects.for_handover().with_safety()))
    lists = ReferralList.objects.current(timezone.now()).with_token(token)
    return lists.prefetch_related(Prefetch("items", items)).first()


def _context(request: HttpRequest, referral_list: ReferralList, token: str, language: FamilyLanguage) -> dict[str, Any]:
    today = timezone.localdate()
    similar = similar_services(referral_list.items.all(), today)
    link = absolute_url(request, reverse("family:list", args=[token]))
    return {
        "referral_list": referral_list,
        "steps": [
            (item, item.service is not None and item.service.is_offered(today), similar.get(item.service_id or 0, []))
            for item in referral_list.items.all()
        ],
        **safety_context(referral_list.services, today),
        "link": link,
        "qr_code": qr_svg(link),
        "token": token,
        "language": language,
        "languages": FAMILY_LANGUAGES.values(),
        "today": today,
        "outcomes": Outcome.choices,
        "obstacles": Obstacle.choices,
        "direction": "rtl" if get_language_bidi() else "ltr",
    }
