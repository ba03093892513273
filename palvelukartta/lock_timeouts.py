"""What is answered where another change took too long: 503, with everything that was sent."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from organisations.core.locks import is_lock_timeout
from organisations.core.retry_forms import Attempt, attempted, refused

logger = logging.getLogger(__name__)
RETRY_AFTER = 5  # seconds


class LockTimeoutMiddleware:
    """After a lock timeout, show the form that was sent; where there is none, a page that sends the same again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with attempted() as request.attempt:
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not is_lock_timeout(exception):
            return None
        logger.warning("Lock timeout: %s", request.resolver_match.view_name)
        response = _form_again(request, request.attempt) if request.attempt.has_form else None
        response = response or _page(request)
        response.status_code = 503
        response["Retry-After"] = str(RETRY_AFTER)
        add_never_cache_headers(response)
        return response


def _form_again(request: HttpRequest, attempt: Attempt) -> HttpResponse | None:
    """The page with the form as it was sent; None where the view gives another answer."""
    match = request.resolver_match
    try:
        with refused(attempt):
            response = match.func(request, *match.args, **match.kwargs)
            if hasattr(response, "render"):
                response = response.render()
    except Exception as error:
        if is_lock_timeout(error):
            return None
        raise
    return response if response.status_code == 200 else None


def _page(request: HttpRequest) -> HttpResponse:
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    # A password is not sent back to the browser.
    is_secret = any("password" in name for name, _value in fields)
    return render(request, "503.html", {"fields": fields, "may_repeat": request.method == "POST" and not is_secret})
