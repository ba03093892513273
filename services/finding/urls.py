from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import map_views, views

app_name = "finding"
urlpatterns = [
    path("", views.home, name="home"),
    path("suggest/", views.suggest, name="suggest"),
    path(_("services/"), views.results, name="results"),
    path(_("services/map/"), map_views.map_results, name="map"),
    path("map/points/", map_views.map_points, name="map-points"),
    path("map/places/", map_views.map_locations, name="map-places"),
    path("map/ground/", map_views.map_labels, name="map-ground"),
    path(_("help-now/"), views.crisis_help, name="crisis-help"),
    path(_("compare/"), views.compare_services, name="compare"),
    path(_("saved/"), views.saved_services, name="saved"),
    path("saved/cards/", views.saved_service_cards, name="saved-cards"),
    path(_("services/<int:pk>-<slug:slug>/"), views.service_detail, name="service"),
]
