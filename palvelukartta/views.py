"""Pages that belong to no room: the way in, about, and what is not found."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from organisations.models import Organisation
from services.models import Listing


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
            "directory_email": settings.DIRECTORY_EMAIL,
        },
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        "User-agent: *\nDisallow: /fi/admin/\nDisallow: /sv/admin/\nDisallow: /en/admin/\n", "text/plain"
    )


def not_found(request: HttpRequest, exception) -> HttpResponse:
    """An unknown address: says so and offers the search."""
    return render(request, "404.html", status=404)
