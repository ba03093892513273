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

from organisations.core.offline_copies import readable_offline
from organisations.models import Contact
from services.actions.count_use import count_services
from services.actions.record_search import record_search
from services.models import Category, Listing, Scheme, Service, ServiceLocation, Use
from services.search.personal_data import holds_identity_code

from . import comparison, schema_org, suggestion_views
from .filters import Filters, Known
from .paging import pages_of, read_page
from .results_context import around
from .search_counting import is_first_sight, is_new_search

PAGE_SIZE = 20
# What makes a service of another sector complementary: the same trouble, not merely the same form or age.
SHARED = (Scheme.THEME.value, Scheme.FAMILY_CENTRE_TASK.value, Scheme.LIFE_SITUATION.value)
COMPLEMENTARY = 6
SUGGESTIONS_KEPT = 300  # seconds, by browsers and by caches on the way
PER_SECTOR = 2
# So many on the home page, chosen from so many so that sectors mix.
FRESHEST, FRESHEST_OF = 4, 24


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    known = Known.read()
    return render(
        request,
        "services/finding/home.html",
        {
            "filters": Filters(known=known, language=reading_language()),
            "total": Listing.objects.on_offer(today).count(),
            "situations": _top(known, Scheme.LIFE_SITUATION),
            "tasks": _top(known, Scheme.FAMILY_CENTRE_TASK),
            "themes": _top(known, Scheme.THEME),
            "freshest": _freshest(today),
            "structured": schema_org.website(
                *(request.build_absolute_uri(reverse(f"finding:{page}")) for page in ("home", "results")),
                settings.SITE_OPERATOR,
            ),
        },
    )


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    filters = Filters.from_query(request.GET, Known.read(), reading_language())
    if filters.personal:
        # Away with it from the address too, which browsers remember and people share.
        return redirect(f"{request.path}{filters.query_string()}&refused=identity-code")
    today = timezone.localdate()
    counts, ids = read_page(filters, today, PAGE_SIZE)
    pages = pages_of(filters, counts[""], PAGE_SIZE)
    changed = is_change(request)
    page = render(
        request,
        "services/finding/_partial_update.html" if changed else "services/finding/results.html",
        {
            **around(request, filters, counts, today),
            "services": cards_of(ids),
            "pages": pages,
        },
    )
    # The same address has two faces: a browser must not show the smaller one when somebody comes back.
    patch_vary_headers(page, ["HX-Request"])
    if changed:
        page["HX-Push-Url"] = request.path + filters.query_string()
    count_search(request, filters, counts[""], today)
    if is_first_sight(request, filters):
        count_services(use=Use.SHOWN, services=ids, today=today)
    return page


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four services side by side; those beyond the fourth are named."""
    ids = comparison.ids(request.GET.getlist("s"))
    found = Service.objects.published().for_comparison().in_bulk(ids)
    services = [found[pk] for pk in ids if pk in found]
    return render(
        request,
        "services/finding/compare.html",
        {
            "columns": comparison.columns(services[: comparison.MOST]),
            "left_out": services[comparison.MOST :],
            "most": comparison.MOST,
        },
    )


@require_safe
@readable_offline
def saved(request: HttpRequest) -> HttpResponse:
    """The frame of the list that a device keeps; which services are on it, only the device knows."""
    return render(request, "services/finding/saved.html", {"most": comparison.READ})


@require_safe
@cache_control(no_cache=True)
def saved_cards(request: HttpRequest) -> HttpResponse:
    """Cards of the services that a device has on its list, as they are now, as a piece of HTML."""
    ids = comparison.ids(request.GET.getlist("s"))
    services = Service.objects.published().for_cards().prefetch_related("phones", "organisation__phones")
    found = services.in_bulk(ids)
    return render(request, "services/finding/_saved_cards.html", {"services": [found[pk] for pk in ids if pk in found]})


@require_safe
@cache_control(public=True, max_age=SUGGESTIONS_KEPT)
def suggest(request: HttpRequest) -> HttpResponse:
    """Options for what is typed in the search box, as a piece of HTML; nothing for a personal identity code."""
    text = request.GET.get("q", "")
    if holds_identity_code(text):
        return HttpResponse(headers={"Cache-Control": "no-store"})
    groups = suggestion_views.groups(text, reading_language(), timezone.localdate())
    if not groups:
        return HttpResponse()
    # No context processors: the answer is the same for everybody.
    return HttpResponse(
        render_to_string(
            "services/finding/_suggestions.html", {"groups": groups, "count": suggestion_views.count(groups)}
        )
    )


@require_safe
@readable_offline
def service(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
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
            "structured": schema_org.service(found, request.build_absolute_uri),
            "organisation": found.organisation,
            "contacts": _contacts(found),
            "hidden_contacts": Contact.objects.filter(organisation=found.organisation)
            .hidden_from(request.user)
            .count(),
            "tags": list(dict.fromkeys(tag.current for tag in found.categories.all())),
            "complementary": _complementary(found),
        },
    )


def _contacts(found: Service) -> list[Contact]:
    """Those whom one refers to, or else those for general matters, though not the press office."""
    contacts = [c for c in found.organisation.contacts.all() if "press" not in c.purposes]
    return [c for c in contacts if "referrals" in c.purposes] or [c for c in contacts if "general" in c.purposes]


def _complementary(found: Service) -> list[Service]:
    """Services of other sectors that share categories and area, at most two of a sector."""
    listing = Listing.objects.filter(pk=found.pk).first()
    if listing is None:
        return []
    others = Listing.objects.on_offer(timezone.localdate()).complementing(listing, SHARED, per_sector=PER_SECTOR)
    return cards_of(list(others.values_list("pk", flat=True)[:COMPLEMENTARY]))


def cards_of(ids: list[int]) -> list[Service]:
    """The services with these ids, in this order, with all that a card shows."""
    by_id = Service.objects.for_cards().with_number_to_call().in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def _freshest(today) -> list[Service]:
    """The services confirmed most recently, one of each sector before a second one of any."""
    newest = Listing.objects.on_offer(today).freshest().values("pk")[:FRESHEST_OF]
    services = Service.objects.for_cards().filter(pk__in=newest)
    services = services.order_by(F("assured_at").desc(nulls_last=True), "pk")
    seen: dict[str, int] = {}
    turns = []
    for place, found in enumerate(services):
        sector = found.organisation.sector
        seen[sector] = seen.get(sector, 0) + 1
        turns.append((seen[sector], place, found))
    chosen = sorted(turns, key=lambda turn: turn[:2])[:FRESHEST]
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


def is_change(request: HttpRequest) -> bool:
    """Whether htmx asks for what a change of filters changes, and not for a page to go back to."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def _top(known: Known, scheme: str) -> list[Category]:
    return [c for code, c in known.categories.items() if c.scheme == scheme and c.code == code and not c.parent_id]


def reading_language() -> str:
    return (get_language() or "fi")[:2]
