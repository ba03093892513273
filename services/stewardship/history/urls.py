from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "history"
urlpatterns = [
    path(_("history/deleted/"), views.deleted_records, name="deleted"),
    path(_("history/<str:kind>/<int:pk>/"), views.record_history, name="record"),
    path(_("history/<str:kind>/<int:pk>/<int:version>/"), views.version_detail, name="version"),
]
