"""Responses to a search: the full page, or for htmx only the parts that change."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from .filters import Filters


def is_partial_request(request: HttpRequest) -> bool:
    """Whether htmx requests a partial update, and not a full page for back navigation."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def render_search(
    request: HttpRequest, filters: Filters, *, template: str, partial_template: str, context: dict[str, Any]
) -> HttpResponse:
    is_partial = is_partial_request(request)
    response = render(request, partial_template if is_partial else template, context)
    # The URL has a full and a partial response: keep browsers from showing the partial one on back navigation.
    patch_vary_headers(response, ["HX-Request"])
    if is_partial:
        response["HX-Push-Url"] = request.path + filters.query_string()
    return response


def redirect_without_identity_code(request: HttpRequest, filters: Filters) -> HttpResponseRedirect:
    """Remove the identity code from the URL too: browsers store it and people share it."""
    return redirect(f"{request.path}{filters.query_string()}&refused=identity-code")
