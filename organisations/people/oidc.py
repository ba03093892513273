"""Login by an identity provider: django-allauth's, but stricter, and kinder when the provider does not answer."""

from collections.abc import Callable
from urllib.parse import urlsplit

import requests
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import activate, get_language, get_language_from_path

UNAVAILABLE = 503
_LANGUAGE_SESSION_KEY = "language_of_login"


class StrictOpenIDConnectAdapter(OpenIDConnectOAuth2Adapter):
    """The signature of the ID token is checked although it comes from the provider itself: TLS may end before it."""

    @property
    def did_fetch_access_token(self) -> bool:
        return False

    @did_fetch_access_token.setter
    def did_fetch_access_token(self, value: bool) -> None:
        """Allauth would trust a token that it has fetched itself."""

    def complete_login(self, request, app, token, **kwargs):
        login = super().complete_login(request, app, token, **kwargs)
        told = {part.get("sub") for part in login.account.extra_data.values() if isinstance(part, dict)}
        if len(told) != 1:
            raise OAuth2Error("The ID token and the user info are of two people.")
        return login


def _provider_view(kind: type) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, provider_id: str) -> HttpResponse:
        _activate_login_language(request)
        try:
            return kind.adapter_view(StrictOpenIDConnectAdapter(request, provider_id))(request)
        except SocialApp.DoesNotExist:
            raise Http404 from None
        except requests.RequestException:
            return render(request, "socialaccount/authentication_error.html", status=UNAVAILABLE)

    return view


def _activate_login_language(request: HttpRequest) -> None:
    """In the language of the page that the login began on: these addresses, as providers know them, have none."""
    before = urlsplit(request.headers.get("Referer", ""))
    began = (request.GET.get("next", ""), before.path if before.netloc == request.get_host() else "")
    found = next(filter(None, map(get_language_from_path, began)), None)
    if found:
        request.session[_LANGUAGE_SESSION_KEY] = found
    activate(found or request.session.get(_LANGUAGE_SESSION_KEY) or get_language())
    request.LANGUAGE_CODE = get_language()


# Under the names by which django-allauth finds them.
urlpatterns = [
    path("oidc/<str:provider_id>/login/", _provider_view(OAuth2LoginView), name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", _provider_view(OAuth2CallbackView), name="openid_connect_callback"),
]
