"""The public pages: home, results, comparison, saved services and a single service."""

from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from organisations.core.offline_copies import allow_offline_copy, only_saved_offline
from organisations.models import Contact
from services.content.crisis_help import crisis_numbers
from services.content.referral_contacts import referral_contacts
from services.content.service_texts import SERVICE_TEXTS
from services.models import Listing, Scheme, Service, ServiceLocation
from services.models.category import NEED_SCHEMES, SafetyLevel
from services.search.facets import NATIONWIDE
from services.search.personal_data import holds_identity_code

from . import comparison, schema_org, suggestion_views
from .filters import Filters
from .paging import results_pages, search_page
from .reference_data import ReferenceData
from .results_context import results_context
from .search_counting import count_search, count_shown_services
from .search_response import redirect_without_identity_code, render_search
from .service_cards import freshest_services, in_order, services_for_cards
from .url_parameters import current_language, request_filters

RESULTS_PER_PAGE = 20
MAX_COMPLEMENTARY = 6
SUGGESTIONS_MAX_AGE = 300  # seconds, for browsers and shared caches
MAX_PER_SECTOR = 2


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    reference_data = ReferenceData.current()
    return render(
        request,
        "services/finding/home.html",
        {
            "filters": Filters(reference_data, current_language()),
            "total": Listing.objects.on_offer(today).count(),
            "situations": reference_data.top_level(Scheme.LIFE_SITUATION),
            "tasks": reference_data.top_level(Scheme.FAMILY_CENTRE_TASK),
            "themes": reference_data.top_level(Scheme.THEME),
            "freshest": freshest_services(today),
            "crisis_numbers": crisis_numbers(today),
            "structured_data": schema_org.website_schema(
                request.build_absolute_uri(reverse("finding:home")),
                request.build_absolute_uri(reverse("finding:results")),
                settings.SITE_OPERATOR,
            ),
        },
    )


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    filters = request_filters(request)
    if filters.has_identity_code:
        return redirect_without_identity_code(request, filters)
    today = timezone.localdate()
    counts, ids = search_page(filters, today, RESULTS_PER_PAGE)
    response = render_search(
        request,
        filters,
        template="services/finding/results.html",
        partial_template="services/finding/_partial_update.html",
        context={
            **results_context(request, filters, counts, today),
            "services": services_for_cards(ids),
            "pages": results_pages(filters, counts[""], RESULTS_PER_PAGE),
        },
    )
    count_search(request, filters, counts[""], today)
    count_shown_services(request, filters, ids, today)
    return response


@require_safe
def compare_services(request: HttpRequest) -> HttpResponse:
    """Up to four services side by side; further ones are listed as omitted."""
    ids = comparison.parse_service_ids(request.GET.getlist("s"))
    services = in_order(Service.objects.published().for_comparison(), ids)
    compared = services[: comparison.MAX_COLUMNS]
    return render(
        request,
        "services/finding/compare.html",
        {
            "columns": comparison.comparison_columns(compared),
            "text_rows": [text for text in SERVICE_TEXTS if text.compared],
            "facet_rows": comparison.facet_rows(compared),
            "left_out": services[comparison.MAX_COLUMNS :],
            "most": comparison.MAX_COLUMNS,
        },
    )


@require_safe
@allow_offline_copy
def saved_services(request: HttpRequest) -> HttpResponse:
    """The page of saved services. The list is stored on the device only, which requests the cards by script."""
    return render(request, "services/finding/saved.html")


@require_safe
@cache_control(no_cache=True)
def saved_service_cards(request: HttpRequest) -> HttpResponse:
    """HTML fragment with current cards of the services on a device's list."""
    ids = comparison.parse_service_ids(request.GET.getlist("s"))
    cards = Service.objects.published().for_cards().with_safety().prefetch_related("phones", "organisation__phones")
    services = in_order(cards, ids)
    quick_exit = any(service.safety >= SafetyLevel.VIOLENCE for service in services)
    return render(request, "services/finding/_saved_cards.html", {"services": services, "quick_exit": quick_exit})


@require_safe
@cache_control(public=True, max_age=SUGGESTIONS_MAX_AGE)
def suggest(request: HttpRequest) -> HttpResponse:
    """HTML fragment with suggestions for the search box; empty for a personal identity code."""
    text = request.GET.get("q", "")
    if holds_identity_code(text):
        return HttpResponse(headers={"Cache-Control": "no-store"})
    groups = suggestion_views.suggestion_groups(text, current_language(), timezone.localdate())
    if not groups:
        return HttpResponse()
    # No context processors: the response is cached and the same for everybody.
    return HttpResponse(
        render_to_string(
            "services/finding/_suggestions.html", {"groups": groups, "count": suggestion_views.option_count(groups)}
        )
    )


@require_safe
@allow_offline_copy
def service_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    service = get_object_or_404(
        Service.objects.published()
        .for_cards()
        .with_safety()
        .select_related("organisation__parent")
        .prefetch_related(
            "phones",
            "organisation__phones",
            "categories",
            "contacts",
            Prefetch("locations", ServiceLocation.objects.for_page()),
            Prefetch(
                "organisation__contacts",
                Contact.objects.visible_to(request.user).prefetch_related("municipalities"),
            ),
        ),
        pk=pk,
    )
    if request.path != service.get_absolute_url():
        return redirect(service, permanent=True)
    listing = Listing.objects.filter(pk=service.pk).first()
    quick_exit = service.safety >= SafetyLevel.VIOLENCE
    response = render(
        request,
        "services/finding/service.html",
        {
            "service": service,
            "quick_exit": quick_exit,
            **_crisis_help(service, listing),
            "page_record": service,
            "structured_data": schema_org.service_schema(service, request.build_absolute_uri),
            "organisation": service.organisation,
            "contacts": referral_contacts(service, service.organisation.contacts.all()),
            "hidden_contacts": Contact.objects.filter(organisation=service.organisation)
            .hidden_from(request.user)
            .count(),
            "tags": list(dict.fromkeys(tag.current for tag in service.categories.all())),
            "complementary": _complementary_services(listing),
        },
    )
    return only_saved_offline(response) if quick_exit else response


def _crisis_help(service: Service, listing: Listing | None) -> dict[str, Any]:
    """The emergency numbers of the service's area, where its subjects call for them."""
    if not service.safety:
        return {}
    facets = None if listing is None or NATIONWIDE in listing.facets else listing.facets
    return {"has_crisis_help": True, "crisis_numbers": crisis_numbers(timezone.localdate(), facets)}


@require_safe
def crisis_help(request: HttpRequest) -> HttpResponse:
    """All emergency numbers, and searches for help with danger."""
    reference_data = ReferenceData.current()
    return render(
        request,
        "services/finding/crisis_help.html",
        {
            "services": Service.objects.crisis_numbers(timezone.localdate()),
            "categories": [
                category for scheme in NEED_SCHEMES for category in reference_data.of_scheme(scheme) if category.safety
            ],
            "quick_exit": True,
        },
    )


def _complementary_services(listing: Listing | None) -> list[Service]:
    """Services of other sectors that share categories and area, at most MAX_PER_SECTOR of each."""
    if listing is None:
        return []
    others = Listing.objects.on_offer(timezone.localdate()).from_other_sectors(
        [listing], NEED_SCHEMES, per_sector=MAX_PER_SECTOR
    )
    return services_for_cards(list(others.values_list("pk", flat=True)[:MAX_COMPLEMENTARY]))
