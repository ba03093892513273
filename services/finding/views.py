"""Home, results and one service: the main job."""

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
from services.models import Category, Listing, Scheme, Service, ServiceLocation, UseKind
from services.search.personal_data import holds_identity_code

from . import comparison, schema_org, suggestion_views
from .filters import Filters, ReferenceData
from .paging import results_pages, search_page
from .results_context import results_context
from .search_counting import is_new_results_page, is_new_search

RESULTS_PER_PAGE = 20
# What makes a service of another sector complementary: the same trouble, not merely the same form or age.
COMPLEMENTARY_SCHEMES = (Scheme.THEME.value, Scheme.FAMILY_CENTRE_TASK.value, Scheme.LIFE_SITUATION.value)
MAX_COMPLEMENTARY = 6
SUGGESTIONS_MAX_AGE = 300  # seconds, by browsers and by caches on the way
MAX_PER_SECTOR = 2
# So many on the home page, chosen from so many so that sectors mix.
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
            "structured": schema_org.website_schema(
                *(request.build_absolute_uri(reverse(f"finding:{page}")) for page in ("home", "results")),
                settings.SITE_OPERATOR,
            ),
        },
    )


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    filters = Filters.from_query(request.GET, ReferenceData.read(), current_language())
    if filters.personal:
        # Away with it from the address too, which browsers remember and people share.
        return redirect(f"{request.path}{filters.query_string()}&refused=identity-code")
    today = timezone.localdate()
    counts, ids = search_page(filters, today, RESULTS_PER_PAGE)
    pages = results_pages(filters, counts[""], RESULTS_PER_PAGE)
    changed = is_partial_request(request)
    page = render(
        request,
        "services/finding/_partial_update.html" if changed else "services/finding/results.html",
        {
            **results_context(request, filters, counts, today),
            "services": services_for_cards(ids),
            "pages": pages,
        },
    )
    # The same address has two faces: a browser must not show the smaller one when somebody comes back.
    patch_vary_headers(page, ["HX-Request"])
    if changed:
        page["HX-Push-Url"] = request.path + filters.query_string()
    count_search(request, filters, counts[""], today)
    if is_new_results_page(request, filters):
        recount_services(use=UseKind.SHOWN, services=ids, today=today)
    return page


@require_safe
def compare_services(request: HttpRequest) -> HttpResponse:
    """Up to four services side by side; those beyond the fourth are named."""
    ids = comparison.parse_service_ids(request.GET.getlist("s"))
    found = Service.objects.published().for_comparison().in_bulk(ids)
    services = [found[pk] for pk in ids if pk in found]
    return render(
        request,
        "services/finding/compare.html",
        {
            "columns": comparison.comparison_columns(services[: comparison.MAX_COLUMNS]),
            "left_out": services[comparison.MAX_COLUMNS :],
            "most": comparison.MAX_COLUMNS,
        },
    )


@require_safe
@allow_offline_copy
def saved_services(request: HttpRequest) -> HttpResponse:
    """The frame of the list that a device keeps; which services are on it, only the device knows."""
    return render(request, "services/finding/saved.html", {"most": comparison.MAX_IDS})


@require_safe
@cache_control(no_cache=True)
def saved_service_cards(request: HttpRequest) -> HttpResponse:
    """Cards of the services that a device has on its list, as they are now, as a piece of HTML."""
    ids = comparison.parse_service_ids(request.GET.getlist("s"))
    services = Service.objects.published().for_cards().prefetch_related("phones", "organisation__phones")
    found = services.in_bulk(ids)
    return render(request, "services/finding/_saved_cards.html", {"services": [found[pk] for pk in ids if pk in found]})


@require_safe
@cache_control(public=True, max_age=SUGGESTIONS_MAX_AGE)
def suggest(request: HttpRequest) -> HttpResponse:
    """Options for what is typed in the search box, as a piece of HTML; nothing for a personal identity code."""
    text = request.GET.get("q", "")
    if holds_identity_code(text):
        return HttpResponse(headers={"Cache-Control": "no-store"})
    groups = suggestion_views.suggestion_groups(text, current_language(), timezone.localdate())
    if not groups:
        return HttpResponse()
    # No context processors: the answer is the same for everybody.
    return HttpResponse(
        render_to_string(
            "services/finding/_suggestions.html", {"groups": groups, "count": suggestion_views.option_count(groups)}
        )
    )


@require_safe
@allow_offline_copy
def service_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    found = get_object_or_404(
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
    if request.path != found.get_absolute_url():
        return redirect(found, permanent=True)
    return render(
        request,
        "services/finding/service.html",
        {
            "service": found,
            "page_of": found,
            "structured": schema_org.service_schema(found, request.build_absolute_uri),
            "organisation": found.organisation,
            "contacts": _referral_contacts(found),
            "hidden_contacts": Contact.objects.filter(organisation=found.organisation)
            .hidden_from(request.user)
            .count(),
            "tags": list(dict.fromkeys(tag.current for tag in found.categories.all())),
            "complementary": _complementary_services(found),
        },
    )


def _referral_contacts(found: Service) -> list[Contact]:
    """Those whom one refers to, or else those for general matters, though not the press office."""
    contacts = [c for c in found.organisation.contacts.all() if "press" not in c.purposes]
    return [c for c in contacts if "referrals" in c.purposes] or [c for c in contacts if "general" in c.purposes]


def _complementary_services(found: Service) -> list[Service]:
    """Services of other sectors that share categories and area, at most two of a sector."""
    listing = Listing.objects.filter(pk=found.pk).first()
    if listing is None:
        return []
    others = Listing.objects.on_offer(timezone.localdate()).from_other_sectors(
        listing, COMPLEMENTARY_SCHEMES, per_sector=MAX_PER_SECTOR
    )
    return services_for_cards(list(others.values_list("pk", flat=True)[:MAX_COMPLEMENTARY]))


def services_for_cards(ids: list[int]) -> list[Service]:
    """The services with these ids, in this order, with all that a card shows."""
    by_id = Service.objects.for_cards().with_phone_number().in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def _freshest_services(today) -> list[Service]:
    """The services confirmed most recently, one of each sector before a second one of any."""
    newest = Listing.objects.on_offer(today).freshest().values("pk")[:FRESHEST_CANDIDATES]
    services = Service.objects.for_cards().filter(pk__in=newest)
    services = services.order_by(F("assured_at").desc(nulls_last=True), "pk")
    seen: dict[str, int] = {}
    turns = []
    for place, found in enumerate(services):
        sector = found.organisation.sector
        seen[sector] = seen.get(sector, 0) + 1
        turns.append((seen[sector], place, found))
    chosen = sorted(turns, key=lambda turn: turn[:2])[:FRESHEST_COUNT]
    return [found for _turn, _place, found in sorted(chosen, key=lambda turn: turn[1])]


def count_search(request: HttpRequest, filters: Filters, results: int, today) -> None:
    """Count a search that somebody has just made."""
    if is_new_search(request, filters):
        record_search(
            text=filters.text,
            language=filters.language,
            municipality=filters.municipality,
            results=results,
            today=today,
        )


def is_partial_request(request: HttpRequest) -> bool:
    """Whether htmx asks for what a change of filters changes, and not for a page to go back to."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def _top_level_categories(known: ReferenceData, scheme: str) -> list[Category]:
    in_use = [c for code, c in known.categories.items() if c.scheme == scheme and c.code == code]
    return [category for category in in_use if known.tree.parent(category.pk) is None]


def current_language() -> str:
    return (get_language() or "fi")[:2]
