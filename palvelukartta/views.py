"""Pages of the site itself: language redirect, about, legal pages, robots.txt, 404."""

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

# Date of the last review of the statement; axe tests run on every change.
ACCESSIBILITY_STATED_ON = dt.date(2026, 11, 22)
# Form fields with text written by the user.
_RECORD_TEXT_FIELD = re.compile(r"_(fi|sv|en)$|^(name|email|phone|abbreviation|street|point|phone-\d+-number)$")


@require_safe
def to_language(request: HttpRequest) -> HttpResponseRedirect:
    """Redirect "/" to the home page in the user's language."""
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
    """Terms of use of the open data."""
    return _render_site_page(request, "terms")


def _render_site_page(request: HttpRequest, page: str, **facts) -> HttpResponse:
    operator = {"operator": settings.SITE_OPERATOR, "directory_email": settings.DIRECTORY_EMAIL}
    return render(request, f"palvelukartta/{page}.html", {**operator, **facts})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    disallow_lines = [
        f"Disallow: /{code}/{prefix}/" for code, _name in settings.LANGUAGES for prefix in ("admin", "suggest", "map")
    ]
    lines = ["User-agent: *", *disallow_lines, f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), "text/plain")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 404 page, with a search box.

    Shows text submitted for a record that was removed or that the user may no longer edit, so that it is not lost.
    """
    return render(request, "404.html", {"is_missing": True, "submitted_texts": _submitted_texts(request)}, status=404)


def _submitted_texts(request: HttpRequest) -> list[str]:
    """Texts of a submitted record form, recognised by its `base` field (the version it was opened with)."""
    if request.method != "POST" or "base" not in request.POST or not request.user.is_authenticated:
        return []
    fields = ((name, str(value)) for name, value in request.POST.items() if _RECORD_TEXT_FIELD.search(name))
    return [text for _name, text in fields if text.strip()]
