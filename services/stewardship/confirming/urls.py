from django.urls import path
from django.utils.translation import gettext_lazy as _

from services.stewardship.dashboard import views as dashboard
from services.stewardship.reports import answer_views

from . import views

app_name = "keeping"
urlpatterns = [
    path(_("account/"), dashboard.account, name="account"),
    path(_("account/organisations/<int:pk>/is-this-still-true/"), views.check, name="check"),
    path(_("account/organisations/<int:pk>/reports/"), answer_views.reports, name="reports"),
    path(_("account/answers/<int:pk>/put-away/"), dashboard.put_away, name="put-away"),
    path(_("is-this-still-true/<str:token>/"), views.keep, name="keep"),
]
