"""The page that a family opens by a secret link: no login, no cookie, nothing stored about the reader."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_bidi, override
from django.views.decorators.http import require_safe

from services.content.crisis_help import crisis_numbers
from services.models import Listing, ReferralItem, ReferralList, Service
from services.models.category import SafetyLevel

from .addresses import absolute_url
from .family_languages import FAMILY_LANGUAGES, FamilyLanguage
from .qr_code import qr_svg


@require_safe
def family_page(request: HttpRequest, token: str, language: str = "") -> HttpResponse:
    referral_list = _current_list(token)
    chosen = FAMILY_LANGUAGES.get(language or (referral_list.language if referral_list else ""))
    if chosen is None:
        chosen = FAMILY_LANGUAGES[settings.LANGUAGE_CODE]
        referral_list = None if language else referral_list
    with override(chosen.code):
        if referral_list is None:
            # Ended, revoked, mistyped and guessed links look the same.
            response = render(request, "services/referrals/family_gone.html", {"language": chosen}, status=404)
        else:
            response = render(
                request, "services/referrals/family.html", _context(request, referral_list, token, chosen)
            )
    response["Content-Language"] = chosen.html_code
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "private, no-cache"
    return response


def _current_list(token: str) -> ReferralList | None:
    items = ReferralItem.objects.prefetch_related(Prefetch("service", Service.objects.for_handover().with_safety()))
    lists = ReferralList.objects.current(timezone.now()).with_token(token)
    return lists.prefetch_related(Prefetch("items", items)).first()


def _context(request: HttpRequest, referral_list: ReferralList, token: str, language: FamilyLanguage) -> dict[str, Any]:
    today = timezone.localdate()
    link = absolute_url(request, reverse("family:list", args=[token]))
    return {
        "referral_list": referral_list,
        "steps": [
            (item, item.service is not None and item.service.is_offered(today)) for item in referral_list.items.all()
        ],
        **_safety_context(referral_list, today),
        "link": link,
        "qr_code": qr_svg(link),
        "token": token,
        "language": language,
        "languages": FAMILY_LANGUAGES.values(),
        "direction": "rtl" if get_language_bidi() else "ltr",
    }


def _safety_context(referral_list: ReferralList, today: dt.date) -> dict[str, Any]:
    """Emergency numbers of the area, and a quick exit, if a service of the list calls for them."""
    safety_levels = {item.service_id: item.service.safety for item in referral_list.items.all() if item.service}
    level = max(safety_levels.values(), default=SafetyLevel.NONE)
    if not level:
        return {}
    listings = Listing.objects.filter(pk__in=safety_levels).values_list("facets", flat=True)
    areas = {facet for facets in listings for facet in facets}
    return {
        "has_crisis_help": True,
        "crisis_numbers": crisis_numbers(today, areas),
        "quick_exit": level >= SafetyLevel.VIOLENCE,
    }
