"""Login by an identity provider: django-allauth's two views, which fail kindly when the provider does not answer."""

from collections.abc import Callable
from functools import wraps

import requests
from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

UNAVAILABLE = 503


def _kindly(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def inner(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except requests.RequestException:
            return render(request, "socialaccount/authentication_error.html", status=UNAVAILABLE)

    return inner


# Under the names by which django-allauth finds them.
urlpatterns = [
    path("oidc/<str:provider_id>/login/", _kindly(views.login), name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", _kindly(views.callback), name="openid_connect_callback"),
]
