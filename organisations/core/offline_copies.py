"""Which pages a device may keep to be read without a network."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

# The service worker keeps a page only if this header says so: what is new stays out until somebody lets it in.
OFFLINE_HEADER = "Offline-Copy"
OFFLINE_HEADER_VALUE = "allowed"


def allow_offline_copy(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A public page that the reader's device may keep, as it is for those who have not signed in."""

    @wraps(view)
    def with_permission(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and request.user.is_anonymous and not response.cookies:
            response[OFFLINE_HEADER] = OFFLINE_HEADER_VALUE
        return response

    return with_permission
