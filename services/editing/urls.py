from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import choosing, contacts, listing, places, profile, views

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
    path(_("account/organisations/<int:pk>/profile/"), profile.profile, name="profile"),
    path(_("account/organisations/<int:pk>/profile/preview/"), profile.preview_profile, name="profile-preview"),
    path(_("account/organisations/<int:pk>/profile/publish/"), profile.publish_profile, name="profile-publish"),
    path(_("account/organisations/<int:pk>/profile/throw-away/"), profile.discard_profile, name="profile-discard"),
    path(_("account/organisations/<int:pk>/contacts/"), contacts.contacts, name="contacts"),
    path(_("account/organisations/<int:pk>/contacts/new/"), contacts.new_contact, name="contact-new"),
    path(_("account/contacts/<int:pk>/"), contacts.contact, name="contact"),
    path(_("account/contacts/<int:pk>/move/"), contacts.move, name="contact-move"),
    path(_("account/contacts/<int:pk>/remove/"), contacts.remove, name="contact-remove"),
    path(_("account/organisations/<int:pk>/places/"), places.places, name="places"),
    path(_("account/organisations/<int:pk>/places/new/"), places.new_place, name="place-new"),
    path(_("account/places/<int:pk>/"), places.place, name="place"),
    path(_("account/places/<int:pk>/use/"), places.place_use, name="place-use"),
    path(_("account/subjects/"), choosing.categories, name="categories"),
]
