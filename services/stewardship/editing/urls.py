from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import category_search, contact_views, location_views, profile_views, service_list_views, service_views

app_name = "editing"
urlpatterns = [
    path(_("account/organisations/<int:pk>/services/"), service_list_views.service_list, name="services"),
    path(_("account/organisations/<int:pk>/services/new/"), service_views.service_create, name="new"),
    path(_("account/services/<int:pk>/"), service_views.service_edit, name="edit"),
    path(_("account/services/<int:pk>/preview/"), service_views.service_preview, name="preview"),
    path(_("account/services/<int:pk>/publish/"), service_views.service_publish, name="publish"),
    path(_("account/services/<int:pk>/throw-away/"), service_list_views.service_discard_draft, name="discard"),
    path(_("account/services/<int:pk>/copy/"), service_list_views.service_copy, name="copy"),
    path(_("account/services/<int:pk>/ended/"), service_list_views.service_archive, name="end"),
    path(_("account/organisations/<int:pk>/profile/"), profile_views.profile_edit, name="profile"),
    path(_("account/organisations/<int:pk>/profile/preview/"), profile_views.profile_preview, name="profile-preview"),
    path(_("account/organisations/<int:pk>/profile/publish/"), profile_views.profile_publish, name="profile-publish"),
    path(
        _("account/organisations/<int:pk>/profile/throw-away/"),
        profile_views.profile_discard_draft,
        name="profile-discard",
    ),
    path(_("account/organisations/<int:pk>/contacts/"), contact_views.contact_list, name="contacts"),
    path(_("account/organisations/<int:pk>/contacts/new/"), contact_views.contact_create, name="contact-new"),
    path(_("account/contacts/<int:pk>/"), contact_views.contact_edit, name="contact"),
    path(_("account/contacts/<int:pk>/move/"), contact_views.contact_move, name="contact-move"),
    path(_("account/contacts/<int:pk>/remove/"), contact_views.contact_remove, name="contact-remove"),
    path(_("account/organisations/<int:pk>/places/"), location_views.location_list, name="places"),
    path(_("account/organisations/<int:pk>/places/new/"), location_views.location_create, name="place-new"),
    path(_("account/places/<int:pk>/"), location_views.location_edit, name="place"),
    path(_("account/places/<int:pk>/use/"), location_views.location_set_in_use, name="place-use"),
    path(_("account/subjects/"), category_search.category_options, name="categories"),
]
