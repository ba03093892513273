from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "profiles"
urlpatterns = [
    path(_("organisations/"), views.organisations, name="organisations"),
    path(_("organisations/<int:pk>-<slug:slug>/"), views.organisation, name="organisation"),
    path(_("contacts/"), views.contacts, name="contacts"),
]
