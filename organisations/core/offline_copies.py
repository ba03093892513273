"""Which pages a device may store for offline reading."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

# The service worker stores only pages with this header, so new views are excluded by default.
OFFLINE_HEADER = "Offline-Copy"
OFFLINE_HEADER_VALUE = "allowed"
# Stored only once the reader has saved the page.
SAVED_ONLY_VALUE = "saved-only"


def allow_offline_copy(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Allow the device to store the page as anonymous visitors see it."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and request.user.is_anonymous and not response.cookies:
            response.setdefault(OFFLINE_HEADER, OFFLINE_HEADER_VALUE)
        else:
            del response[OFFLINE_HEADER]
        return response

    return wrapper


def only_saved_offline(response: HttpResponse) -> HttpResponse:
    """Leave no copy on a shared device unless the reader asks for it. For views that allow copies."""
    response[OFFLINE_HEADER] = SAVED_ONLY_VALUE
    return response
