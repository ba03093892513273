from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "finding"
urlpatterns = [
    path("", views.home, name="home"),
    path("suggest/", views.suggest, name="suggest"),
    path(_("services/"), views.results, name="results"),
    path(_("compare/"), views.compare, name="compare"),
    path(_("saved/"), views.saved, name="saved"),
    path("saved/cards/", views.saved_cards, name="saved-cards"),
    path(_("services/<int:pk>-<slug:slug>/"), views.service, name="service"),
]
