from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import answer_views, counting, views

app_name = "usage"
urlpatterns = [
    path("count/", counting.count_use, name="count"),
    path(_("account/organisations/<int:pk>/use/"), views.organisation_usage, name="organisation"),
    path(_("account/got-in/"), answer_views.coordinated_answers, name="answers"),
]
