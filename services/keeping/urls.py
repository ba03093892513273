from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import dashboard, reports, views

app_name = "keeping"
urlpatterns = [
    path(_("account/"), dashboard.account, name="account"),
    path(_("account/organisations/<int:pk>/is-this-still-true/"), views.check, name="check"),
    path(_("account/organisations/<int:pk>/reports/"), reports.reports, name="reports"),
    path(_("account/answers/<int:pk>/put-away/"), dashboard.put_away, name="put-away"),
    path(_("is-this-still-true/<str:token>/"), views.keep, name="keep"),
]
