from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "confirming"
urlpatterns = [
    path(_("account/organisations/<int:pk>/is-this-still-true/"), views.confirm_signed_in, name="confirm"),
    path(_("is-this-still-true/<str:token>/"), views.confirm_by_link, name="confirm-by-link"),
]
