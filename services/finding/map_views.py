"""The results map: the page and the endpoints of its script."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from services.models.location import BoundingBox
from services.outbound.map_tiles import allow_tile_host, tile_context

from . import map_clusters
from .paging import results_pages
from .results_context import results_context
from .search_counting import count_search
from .search_response import is_partial_request, redirect_without_identity_code, render_search
from .service_cards import services_for_cards
from .url_parameters import request_filters

MAP_LABELS_MAX_AGE = 24 * 60 * 60  # seconds, for browsers and shared caches


@require_safe
def map_results(request: HttpRequest) -> HttpResponse:
    """The map of a search; without JavaScript the locations listed by municipality."""
    filters = request_filters(request)
    if filters.has_identity_code:
        return redirect_without_identity_code(request, filters)
    today = timezone.localdate()
    counts, unmapped_ids, unmapped_total = map_clusters.facet_counts_and_unmapped_services(filters, today)
    box = _read_bbox(request)
    matches = map_clusters.search_locations(filters, today, box)
    response = render_search(
        request,
        filters,
        template="services/finding/map.html",
        partial_template="services/finding/_map_partial_update.html",
        context={
            **results_context(request, filters, counts, today),
            "query": filters.query_string(),
            "view": box or map_clusters.initial_bounds(matches, filters),
            "unmapped_services": services_for_cards(unmapped_ids),
            "unmapped_total": unmapped_total,
            # After a change of filters the script requests the locations in view.
            "municipalities": [] if is_partial_request(request) else map_clusters.locations_by_municipality(matches),
            "places": matches.total,
            "pages": results_pages(filters, matches.total, map_clusters.LOCATIONS_PER_PAGE),
            "in_view": box,
            **tile_context(),
        },
    )
    count_search(request, filters, counts[""], today)
    return allow_tile_host(response)


@require_safe
def map_points(request: HttpRequest) -> HttpResponse:
    """Search results within bounds as GeoJSON: ?bbox=west,south,east,north&zoom=12 and the filters."""
    try:
        box = map_clusters.parse_bbox(request.GET.get("bbox", ""))
        zoom = map_clusters.parse_zoom(request.GET.get("zoom", ""))
    except map_clusters.InvalidMapView as problem:
        return JsonResponse({"error": str(problem)}, status=400)
    features = map_clusters.feature_collection(request_filters(request), timezone.localdate(), box, zoom)
    return JsonResponse(features, content_type="application/geo+json", json_dumps_params={"ensure_ascii": False})


@require_safe
def map_locations(request: HttpRequest) -> HttpResponse:
    """HTML fragment with the locations within `bbox`, or with given ids (`at=1,2`)."""
    filters = request_filters(request)
    box = _read_bbox(request)
    ids = map_clusters.parse_location_ids(request.GET["at"]) if "at" in request.GET else None
    if box is None and ids is None:
        return HttpResponse("bbox or at must be given.", content_type="text/plain", status=400)
    matches = map_clusters.search_locations(filters, timezone.localdate(), box, ids)
    return render(
        request,
        "services/finding/_map_locations.html" if ids is None else "services/finding/_popup.html",
        {
            "municipalities": map_clusters.locations_by_municipality(matches),
            "places": matches.total,
            "in_view": box,
            "limit": map_clusters.LOCATIONS_PER_PAGE,
        },
    )


@require_safe
@cache_control(public=True, max_age=MAP_LABELS_MAX_AGE)
def map_labels(request: HttpRequest) -> HttpResponse:
    """Names and coordinates of the municipalities, those with most locations first."""
    return JsonResponse({"names": map_clusters.municipality_labels()}, json_dumps_params={"ensure_ascii": False})


def _read_bbox(request: HttpRequest) -> BoundingBox | None:
    """The bounds in the URL; None if absent or invalid."""
    try:
        return map_clusters.parse_bbox(request.GET.get("bbox", ""))
    except map_clusters.InvalidMapView:
        return None
