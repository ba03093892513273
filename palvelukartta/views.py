"""Pages that belong to no room: the way in, about, and what is not found."""

import datetime as dt
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from organisations.models import Organisation
from services.models import Listing

# When the statement was last held against the site; the tests with axe run with every change.
ACCESSIBILITY_STATED_ON = dt.date(2026, 11, 22)
# Fields of records that are written by hand.
_RECORD_TEXT_FIELD = re.compile(r"_(fi|sv|en)$|^(name|email|phone|abbreviation|street|point|phone-\d+-number)$")


@require_safe
def to_language(request: HttpRequest) -> HttpResponseRedirect:
    """From the bare address to the home page in the reader's language."""
    language = get_language_from_request(request)
    with override(language):
        response = HttpResponseRedirect(reverse("finding:home"))
    response["Vary"] = "Accept-Language, Cookie"
    return response


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "palvelukartta/about.html",
        {
            "services": Listing.objects.on_offer(timezone.localdate()).count(),
            "organisations": Organisation.objects.published().count(),
            "operator": settings.SITE_OPERATOR,
            "directory_email": settings.DIRECTORY_EMAIL,
        },
    )


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement of the act on digital services (306/2019)."""
    return _render_site_page(request, "accessibility", stated_on=ACCESSIBILITY_STATED_ON)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return _render_site_page(request, "privacy", tiles_host=urlsplit(settings.TILES).hostname)


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """How the open data may be used."""
    return _render_site_page(request, "terms")


def _render_site_page(request: HttpRequest, page: str, **facts) -> HttpResponse:
    keeper = {"operator": settings.SITE_OPERATOR, "directory_email": settings.DIRECTORY_EMAIL}
    return render(request, f"palvelukartta/{page}.html", {**keeper, **facts})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    closed = [
        f"Disallow: /{code}/{room}/" for code, _name in settings.LANGUAGES for room in ("admin", "suggest", "map")
    ]
    lines = ["User-agent: *", *closed, f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), "text/plain")


def not_found(request: HttpRequest, exception) -> HttpResponse:
    """An unknown address: says so and offers the search. What somebody wrote for a record that was removed meanwhile,
    or that she or he no longer looks after, is given back."""
    return render(request, "404.html", {"is_missing": True, "typed": _submitted_texts(request)}, status=404)


def _submitted_texts(request: HttpRequest) -> list[str]:
    """The texts of the form of a record (which all carry the version they began with), if one was sent."""
    if request.method != "POST" or "base" not in request.POST or not request.user.is_authenticated:
        return []
    return [text for name, text in request.POST.items() if text.strip() and _RECORD_TEXT_FIELD.search(name)]
