"""Answer a lock timeout with 503 and everything that was submitted."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import ResolverMatch
from django.utils.cache import add_never_cache_headers

from organisations.core.locks import is_lock_timeout
from organisations.core.retry_forms import Attempt, current_attempt, rerendering, track_attempt

logger = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 5


class LockTimeoutMiddleware:
    """After a lock timeout, show the submitted form again, or a page that can repeat the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with track_attempt():
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not is_lock_timeout(exception):
            return None
        logger.warning("Lock timeout: %s", match.view_name)
        attempt = current_attempt()
        response = _rerender_form(request, match, attempt) if attempt is not None and attempt.has_form else None
        response = response or _retry_page(request)
        response.status_code = 503
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        add_never_cache_headers(response)
        return response


def _rerender_form(request: HttpRequest, match: ResolverMatch, attempt: Attempt) -> HttpResponse | None:
    """The page with the submitted form; None if the view does not return a page."""
    try:
        with rerendering(attempt):
            response = match.func(request, *match.args, **match.kwargs)
            if hasattr(response, "render"):
                response = response.render()
    except Exception as error:
        if is_lock_timeout(error):
            return None
        raise
    return response if response.status_code == 200 else None


def _retry_page(request: HttpRequest) -> HttpResponse:
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    # A password is not sent back to the browser.
    is_secret = any("password" in name for name, _value in fields)
    return render(request, "503.html", {"fields": fields, "can_repeat": request.method == "POST" and not is_secret})
