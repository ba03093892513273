from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import make_list_views, refer_views, template_views, views

app_name = "referrals"
urlpatterns = [
    path(_("give/<int:pk>/"), views.give_service, name="service"),
    path(_("refer/<int:pk>/"), refer_views.refer_client, name="refer"),
    path(_("give/"), make_list_views.make_list, name="make-list"),
    path(_("given/"), views.given_lists, name="given"),
    path(_("given/<int:pk>/"), views.given_list, name="list"),
    path(_("given/<int:pk>/revoke/"), views.revoke_list, name="revoke"),
    path(_("given/forget/"), views.forget_device, name="forget"),
    path(_("list-templates/"), template_views.list_templates, name="templates"),
    path(_("list-templates/<int:pk>/remove/"), template_views.template_remove, name="template-remove"),
]
