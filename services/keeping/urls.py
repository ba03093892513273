from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "keeping"
urlpatterns = [path(_("is-this-still-true/<str:token>/"), views.keep, name="keep")]
