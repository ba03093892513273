"""OpenID Connect login of django-allauth with stricter checks and a page for unavailable providers."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

import requests
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView, OAuth2View
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import activate, get_language, get_language_from_path

_LANGUAGE_SESSION_KEY = "language_of_login"


class StrictOpenIDConnectAdapter(OpenIDConnectOAuth2Adapter):
    """Verify the signature of every ID token, as TLS may be terminated before the provider."""

    @property
    def did_fetch_access_token(self) -> bool:
        return False

    @did_fetch_access_token.setter
    def did_fetch_access_token(self, value: bool) -> None:
        """Ignore the flag: django-allauth skips verification of tokens that it fetched itself."""

    def complete_login(self, request, app, token, **kwargs):
        login = super().complete_login(request, app, token, **kwargs)
        subjects = {claims.get("sub") for claims in login.account.extra_data.values() if isinstance(claims, dict)}
        if len(subjects) != 1:
            raise OAuth2Error("The ID token and the user info are of two people.")
        return login


def _provider_view(view_class: type[OAuth2View]) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, provider_id: str) -> HttpResponse:
        _activate_login_language(request)
        try:
            return view_class.adapter_view(StrictOpenIDConnectAdapter(request, provider_id))(request)
        except SocialApp.DoesNotExist:
            raise Http404 from None
        except requests.RequestException:
            return render(request, "socialaccount/authentication_error.html", status=HTTPStatus.SERVICE_UNAVAILABLE)

    return view


def _activate_login_language(request: HttpRequest) -> None:
    """Activate the language of the page where the login began; the OIDC URLs carry none."""
    referrer = urlsplit(request.headers.get("Referer", ""))
    candidate_paths = (request.GET.get("next", ""), referrer.path if referrer.netloc == request.get_host() else "")
    language = next(filter(None, map(get_language_from_path, candidate_paths)), None)
    if language:
        request.session[_LANGUAGE_SESSION_KEY] = language
    activate(language or request.session.get(_LANGUAGE_SESSION_KEY) or get_language())
    request.LANGUAGE_CODE = get_language()


# Named as django-allauth expects.
urlpatterns = [
    path("oidc/<str:provider_id>/login/", _provider_view(OAuth2LoginView), name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", _provider_view(OAuth2CallbackView), name="openid_connect_callback"),
]
