"""The public pages: home, results, comparison, saved services and a single service."""

from django.conf import settings
from django.db.models import F, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from organisations.core.offline_copies import allow_offline_copy
from organisations.models import Contact
from services.actions.count_use import recount_services
from services.actions.record_search import record_search
from services.content.service_texts import SERVICE_TEXTS
from services.models import Category, Listing, Scheme, Service, ServiceLocation, UseKind
from services.search.personal_data import holds_identity_code

from . import comparison, schema_org, suggestion_views
from .filters import Filters, ReferenceData
from .paging import results_pages, search_page
from .results_context import results_context
from .search_counting import is_new_results_page, is_new_search

RESULTS_PER_PAGE = 20
# Complementary services of other sectors share the need, not merely the form of service or the age group.
COMPLEMENTARY_SCHEMES = (Scheme.THEME.value, Scheme.FAMILY_CENTRE_TASK.value, Scheme.LIFE_SITUATION.value)
MAX_COMPLEMENTARY = 6
SUGGESTIONS_MAX_AGE = 300  # seconds, for browsers and shared caches
MAX_PER_SECTOR = 2
# Services on the home page, and candidates from which they are chosen to mix sectors.
FRESHEST_COUNT, FRESHEST_CANDIDATES = 4, 24


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    known = ReferenceData.read()
    return render(
        request,
        "services/finding/home.html",
        {
            "filters": Filters(known=known, language=current_language()),
            "total": Listing.objects.on_offer(today).count(),
            "situations": _top_level_categories(known, Scheme.LIFE_SITUATION),
            "tasks": _top_level_categories(known, Scheme.FAMILY_CENTRE_TASK),
            "themes": _top_level_categories(known, Scheme.THEME),
            "freshest": _freshest_services(today),
            "structured_data": schema_org.website_schema(
                *(request.build_absolute_uri(reverse(f"finding:{page}")) for page in ("home", "results")),
                settings.SITE_OPERATOR,
            ),
        },
    )


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    filters = Filters.from_query(request.GET, ReferenceData.read(), current_language())
    if filters.personal:
        # Remove the identity code from the URL too: browsers store it and people share it.
        return redirect(f"{request.path}{filters.query_string()}&refused=identity-code")
    today = timezone.localdate()
    counts, ids = search_page(filters, today, RESULTS_PER_PAGE)
    pages = results_pages(filters, counts[""], RESULTS_PER_PAGE)
    is_partial = is_partial_request(request)
    page = render(
        request,
        "services/finding/_partial_update.html" if is_partial else "services/finding/results.html",
        {
            **results_context(request, filters, counts, today),
            "services": services_for_cards(ids),
            "pages": pages,
        },
    )
    # The URL has a full and a partial response: keep browsers from showing the partial one on back navigation.
    patch_vary_headers(page, ["HX-Request"])
    if is_partial:
        page["HX-Push-Url"] = request.path + filters.query_string()
    count_search(request, filters, counts[""], today)
    if is_new_results_page(request, filters):
        recount_services(use=UseKind.SHOWN, services=ids, today=today)
    return page


@require_safe
def compare_services(request: HttpRequest) -> HttpResponse:
    """Up to four services side by side; those beyond the fourth are named."""
    ids = comparison.parse_service_ids(request.GET.getlist("s"))
    by_id = Service.objects.published().for_comparison().in_bulk(ids)
    services = [by_id[pk] for pk in ids if pk in by_id]
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
    return render(request, "services/finding/saved.html", {"most": comparison.MAX_IDS})


@require_safe
@cache_control(no_cache=True)
def saved_service_cards(request: HttpRequest) -> HttpResponse:
    """HTML fragment with current cards of the services on a device's list."""
    ids = comparison.parse_service_ids(request.GET.getlist("s"))
    services = Service.objects.published().for_cards().prefetch_related("phones", "organisation__phones")
    by_id = services.in_bulk(ids)
    return render(request, "services/finding/_saved_cards.html", {"services": [by_id[pk] for pk in ids if pk in by_id]})


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
        .select_related("organisation__parent")
        .prefetch_related(
            "phones",
            "organisation__phones",
            "categories",
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
    return render(
        request,
        "services/finding/service.html",
        {
            "service": service,
            "page_record": service,
            "structured_data": schema_org.service_schema(service, request.build_absolute_uri),
            "organisation": service.organisation,
            "contacts": _referral_contacts(service),
            "hidden_contacts": Contact.objects.filter(organisation=service.organisation)
            .hidden_from(request.user)
            .count(),
            "tags": list(dict.fromkeys(tag.current for tag in service.categories.all())),
            "complementary": _complementary_services(service),
        },
    )


def _referral_contacts(service: Service) -> list[Contact]:
    """Contacts for referrals, or else general contacts; never press contacts."""
    contacts = [c for c in service.organisation.contacts.all() if "press" not in c.purposes]
    return [c for c in contacts if "referrals" in c.purposes] or [c for c in contacts if "general" in c.purposes]


def _complementary_services(service: Service) -> list[Service]:
    """Services of other sectors that share categories and area, at most MAX_PER_SECTOR of each."""
    listing = Listing.objects.filter(pk=service.pk).first()
    if listing is None:
        return []
    others = Listing.objects.on_offer(timezone.localdate()).from_other_sectors(
        listing, COMPLEMENTARY_SCHEMES, per_sector=MAX_PER_SECTOR
    )
    return services_for_cards(list(others.values_list("pk", flat=True)[:MAX_COMPLEMENTARY]))


def services_for_cards(ids: list[int]) -> list[Service]:
    """The services with these ids, in this order, with the relations of a card."""
    by_id = Service.objects.for_cards().with_phone_number().in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def _freshest_services(today) -> list[Service]:
    """The services confirmed most recently, one of each sector before a second one of any."""
    newest = Listing.objects.on_offer(today).freshest().values("pk")[:FRESHEST_CANDIDATES]
    services = Service.objects.for_cards().filter(pk__in=newest)
    services = services.order_by(F("assured_at").desc(nulls_last=True), "pk")
    count_by_sector: dict[str, int] = {}
    candidates = []
    for position, service in enumerate(services):
        sector = service.organisation.sector
        count_by_sector[sector] = count_by_sector.get(sector, 0) + 1
        candidates.append((count_by_sector[sector], position, service))
    chosen = sorted(candidates, key=lambda candidate: candidate[:2])[:FRESHEST_COUNT]
    return [service for _rank, _position, service in sorted(chosen, key=lambda candidate: candidate[1])]


def count_search(request: HttpRequest, filters: Filters, results: int, today) -> None:
    """Count the search if it is new."""
    if is_new_search(request, filters):
        record_search(
            text=filters.text,
            language=filters.language,
            municipality=filters.municipality,
            results=results,
            today=today,
        )


def is_partial_request(request: HttpRequest) -> bool:
    """Whether htmx requests a partial update, and not a full page for back navigation."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def _top_level_categories(known: ReferenceData, scheme: str) -> list[Category]:
    in_use = [c for code, c in known.categories.items() if c.scheme == scheme and c.code == code]
    return [category for category in in_use if known.tree.parent(category.pk) is None]


def current_language() -> str:
    return (get_language() or "fi")[:2]
