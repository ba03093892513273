"""Cache control of pages for signed-in users."""

from django.conf import settings
from django.utils.cache import patch_cache_control


class PrivateCacheMiddleware:
    """Mark responses to requests with a session cookie as private, so that shared caches do not store them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "public" not in response.get("Cache-Control", ""):
            patch_cache_control(response, private=True)
        return response
