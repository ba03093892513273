"""Pages for people who have signed in are theirs alone."""

from django.conf import settings
from django.utils.cache import patch_cache_control


class PrivateCacheMiddleware:
    """No shared cache keeps what is shown to somebody with a session; pages for visitors stay as they are."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "public" not in response.get("Cache-Control", ""):
            patch_cache_control(response, private=True)
        return response
