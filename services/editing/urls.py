from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import choosing, listing, places, views

app_name = "editing"
urlpatterns = [
    path(_("account/organisations/<int:pk>/services/"), listing.services, name="services"),
    path(_("account/organisations/<int:pk>/services/new/"), views.new, name="new"),
    path(_("account/services/<int:pk>/"), views.edit, name="edit"),
    path(_("account/services/<int:pk>/preview/"), views.preview, name="preview"),
    path(_("account/services/<int:pk>/publish/"), views.publish_draft, name="publish"),
    path(_("account/services/<int:pk>/throw-away/"), listing.discard, name="discard"),
    path(_("account/services/<int:pk>/copy/"), listing.copy, name="copy"),
    path(_("account/services/<int:pk>/ended/"), listing.end, name="end"),
    path(_("account/organisations/<int:pk>/places/"), places.places, name="places"),
    path(_("account/organisations/<int:pk>/places/new/"), places.new_place, name="place-new"),
    path(_("account/places/<int:pk>/"), places.place, name="place"),
    path(_("account/subjects/"), choosing.categories, name="categories"),
]
