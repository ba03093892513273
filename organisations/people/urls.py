from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import claim_views, invitation_views, member_views

app_name = "people"
urlpatterns = [
    path(_("account/organisations/<int:pk>/members/"), member_views.members, name="members"),
    path(_("account/organisations/<int:pk>/members/<int:member>/role/"), member_views.member_role, name="role"),
    path(_("account/organisations/<int:pk>/members/<int:member>/remove/"), member_views.member_remove, name="remove"),
    path(
        _("account/organisations/<int:pk>/invitations/<int:invitation>/send-again/"),
        member_views.invitation_renew,
        name="invitation-renew",
    ),
    path(
        _("account/organisations/<int:pk>/invitations/<int:invitation>/take-back/"),
        member_views.invitation_revoke,
        name="invitation-revoke",
    ),
    path(_("invitation/<str:token>/"), invitation_views.invitation, name="invitation"),
    path(_("organisations/<int:pk>/represent/"), claim_views.claim, name="claim"),
    path(_("organisations/add/"), claim_views.new_organisation, name="add"),
    path(_("account/requests/<int:pk>/take-back/"), claim_views.claim_withdraw, name="claim-withdraw"),
]
