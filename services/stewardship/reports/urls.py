from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import answer_views, views

app_name = "reports"
urlpatterns = [
    path(_("account/organisations/<int:pk>/reports/"), answer_views.report_list, name="answer"),
    path(_("services/<int:pk>-<slug:slug>/report-a-mistake/"), views.report_service, name="service"),
    path(
        _("services/<int:pk>-<slug:slug>/report-a-mistake/thank-you/"),
        views.service_report_thanks,
        name="service-thanks",
    ),
    path(_("organisations/<int:pk>-<slug:slug>/report-a-mistake/"), views.report_organisation, name="organisation"),
    path(
        _("organisations/<int:pk>-<slug:slug>/report-a-mistake/thank-you/"),
        views.organisation_report_thanks,
        name="organisation-thanks",
    ),
]
