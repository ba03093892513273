from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import category_search, contact_views, location_views, profile_views, service_list_views, service_views

app_name = "editing"
urlpatterns = [
    path(_("account/organisations/<int:pk>/services/"), service_list_views.services, name="services"),
    path(_("account/organisations/<int:pk>/services/new/"), service_views.new, name="new"),
    path(_("account/services/<int:pk>/"), service_views.edit, name="edit"),
    path(_("account/services/<int:pk>/preview/"), service_views.preview, name="preview"),
    path(_("account/services/<int:pk>/publish/"), service_views.publish_draft, name="publish"),
    path(_("account/services/<int:pk>/throw-away/"), service_list_views.discard, name="discard"),
    path(_("account/services/<int:pk>/copy/"), service_list_views.copy, name="copy"),
    path(_("account/services/<int:pk>/ended/"), service_list_views.end, name="end"),
    path(_("account/organisations/<int:pk>/profile/"), profile_views.profile, name="profile"),
    path(_("account/organisations/<int:pk>/profile/preview/"), profile_views.preview_profile, name="profile-preview"),
    path(_("account/organisations/<int:pk>/profile/publish/"), profile_views.publish_profile, name="profile-publish"),
    path(
        _("account/organisations/<int:pk>/profile/throw-away/"), profile_views.discard_profile, name="profile-discard"
    ),
    path(_("account/organisations/<int:pk>/contacts/"), contact_views.contacts, name="contacts"),
    path(_("account/organisations/<int:pk>/contacts/new/"), contact_views.new_contact, name="contact-new"),
    path(_("account/contacts/<int:pk>/"), contact_views.contact, name="contact"),
    path(_("account/contacts/<int:pk>/move/"), contact_views.move, name="contact-move"),
    path(_("account/contacts/<int:pk>/remove/"), contact_views.remove, name="contact-remove"),
    path(_("account/organisations/<int:pk>/places/"), location_views.places, name="places"),
    path(_("account/organisations/<int:pk>/places/new/"), location_views.new_place, name="place-new"),
    path(_("account/places/<int:pk>/"), location_views.place, name="place"),
    path(_("account/places/<int:pk>/use/"), location_views.place_use, name="place-use"),
    path(_("account/subjects/"), category_search.categories, name="categories"),
]
