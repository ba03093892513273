"""The family's page. Its address is short and without a language, since it is printed and sent by text message."""

from django.urls import path

from . import family_offline, family_views

app_name = "family"
urlpatterns = [
    path("worker.js", family_offline.worker, name="worker"),
    path("<str:token>/", family_views.family_page, name="list"),
    path("<str:token>/<str:language>/", family_views.family_page, name="list-in"),
    path("<str:token>/<str:language>/<int:position>/", family_views.answer, name="answer"),
]
