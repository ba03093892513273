from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import feed, views

app_name = "searches"
urlpatterns = [
    path(_("saved-searches/"), views.searches, name="searches"),
    path(_("saved-searches/new/"), views.save, name="save"),
    path(_("saved-searches/<int:pk>/mail/"), views.mail, name="mail"),
    path(_("saved-searches/<int:pk>/remove/"), views.remove, name="remove"),
    path(_("saved-searches/<int:pk>/<str:token>/atom.xml"), feed.NewsFeed(), name="feed"),
]
