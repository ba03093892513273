from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "reporting"
urlpatterns = [
    path(_("services/<int:pk>-<slug:slug>/report-a-mistake/"), views.about_service, name="service"),
    path(_("services/<int:pk>-<slug:slug>/report-a-mistake/thank-you/"), views.thanks_service, name="service-thanks"),
    path(_("organisations/<int:pk>-<slug:slug>/report-a-mistake/"), views.about_organisation, name="organisation"),
    path(
        _("organisations/<int:pk>-<slug:slug>/report-a-mistake/thank-you/"),
        views.thanks_organisation,
        name="organisation-thanks",
    ),
]
