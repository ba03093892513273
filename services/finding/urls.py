from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import map_views, views

app_name = "finding"
urlpatterns = [
    path("", views.home, name="home"),
    path("suggest/", views.suggest, name="suggest"),
    path(_("services/"), views.results, name="results"),
    path(_("services/map/"), map_views.results, name="map"),
    path("map/points/", map_views.points, name="map-points"),
    path("map/places/", map_views.places, name="map-places"),
    path("map/ground/", map_views.ground, name="map-ground"),
    path(_("compare/"), views.compare, name="compare"),
    path(_("saved/"), views.saved, name="saved"),
    path("saved/cards/", views.saved_cards, name="saved-cards"),
    path(_("services/<int:pk>-<slug:slug>/"), views.service, name="service"),
]
