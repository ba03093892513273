"""The family's page. Its address is short and without a language, since it is printed and sent by text message."""

from django.urls import path

from . import family_views

app_name = "family"
urlpatterns = [
    path("<str:token>/", family_views.family_page, name="list"),
    path("<str:token>/<str:language>/", family_views.family_page, name="list-in"),
]
