"""The progressive web app: manifest, service worker and offline page."""

import hashlib
import json
import re
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import Engine
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from organisations.core.offline_copies import allow_offline_copy

THEME_COLOUR, BACKGROUND_COLOUR = "#0d4347", "#f7f5ef"
WORKER_TEMPLATE = "palvelukartta/service_worker.js"
# (name, size in pixels, purpose); drawn by tools/draw_app_icons.py.
ICONS = [("icon-192", 192, "any"), ("icon-512", 512, "any"), ("icon-maskable", 512, "maskable")]


@require_safe
@cache_control(public=True, max_age=60 * 60)
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest in the language of its URL."""
    language = get_language()
    return JsonResponse(
        {
            # The same app in every language.
            "id": "/",
            "name": _("Palvelukartta: help for the family"),
            "short_name": "Palvelukartta",
            "description": _(
                "Services for families by wellbeing services counties, municipalities, NGOs and parishes in one search."
            ),
            "lang": language,
            "dir": "ltr",
            "start_url": reverse("finding:home"),
            "scope": "/",
            "display": "standalone",
            "theme_color": THEME_COLOUR,
            "background_color": BACKGROUND_COLOUR,
            "icons": [
                {"src": static("img/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
                *(_icon(name, size, purpose) for name, size, purpose in ICONS),
            ],
            "shortcuts": [
                {"name": _("Services"), "url": reverse("finding:results")},
                {"name": _("Saved services"), "url": reverse("finding:saved")},
            ],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    return {"src": static(f"img/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@require_safe
@cache_control(no_cache=True)
@conditional_page
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root because its path limits the pages it can control."""
    return HttpResponse(_service_worker_script(), content_type="text/javascript; charset=utf-8")


@require_safe
@allow_offline_copy
def offline(request: HttpRequest) -> HttpResponse:
    """Shown by the service worker when a page cannot be fetched: lists the stored copies."""
    return render(request, "palvelukartta/offline.html")


@cache
def _service_worker_script() -> str:
    """The script with its settings. The version changes whenever the script or a static file changes."""
    site = {
        "static": settings.STATIC_URL,
        # Files of the results page, prefetched after everything else.
        "prefetched": [static("js/filters.js"), static("django_htmx/htmx-2.min.js")],
        "languages": {code: _worker_texts(code) for code, _name in settings.LANGUAGES},
    }
    # Strip comments.
    code = re.sub(r"(?m)^\s*//.*\n", "", Engine.get_default().get_template(WORKER_TEMPLATE).source)
    fingerprint = json.dumps([site, code, getattr(staticfiles_storage, "manifest_hash", "")])
    site["version"] = hashlib.sha256(fingerprint.encode()).hexdigest()[:12]
    return f"const SITE = {json.dumps(site, ensure_ascii=False)};\n{code}"


def _worker_texts(code: str) -> dict[str, str]:
    with override(code):
        return {
            "offline": reverse("offline"),
            "saved": reverse("finding:saved"),
            # Never stored.
            "admin": reverse("admin:index"),
            "stored": _("Stored on this device on {day} at {time}. The information may have changed."),
            "title": _("Stored copy:"),
        }
