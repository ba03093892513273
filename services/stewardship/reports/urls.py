from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import answer_views, views

app_name = "reports"
urlpatterns = [
    path(_("account/organisations/<int:pk>/reports/"), answer_views.reports, name="answer"),
    path(_("services/<int:pk>-<slug:slug>/report-a-mistake/"), views.about_service, name="service"),
    path(_("services/<int:pk>-<slug:slug>/report-a-mistake/thank-you/"), views.thanks_service, name="service-thanks"),
    path(_("organisations/<int:pk>-<slug:slug>/report-a-mistake/"), views.about_organisation, name="organisation"),
    path(
        _("organisations/<int:pk>-<slug:slug>/report-a-mistake/thank-you/"),
        views.thanks_organisation,
        name="organisation-thanks",
    ),
]
