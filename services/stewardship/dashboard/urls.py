from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "dashboard"
urlpatterns = [
    path(_("account/"), views.account, name="account"),
    path(_("account/answers/<int:pk>/put-away/"), views.dismiss_proposal_answer, name="dismiss-answer"),
]
