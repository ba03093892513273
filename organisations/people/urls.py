from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "people"
urlpatterns = [
    path(_("account/"), views.account, name="account"),
]
