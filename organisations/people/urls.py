from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import claims, invited, members

app_name = "people"
urlpatterns = [
    path(_("account/organisations/<int:pk>/members/"), members.members, name="members"),
    path(_("account/organisations/<int:pk>/members/<int:member>/role/"), members.role, name="role"),
    path(_("account/organisations/<int:pk>/members/<int:member>/remove/"), members.remove, name="remove"),
    path(
        _("account/organisations/<int:pk>/invitations/<int:invitation>/send-again/"),
        members.invitation_renew,
        name="invitation-renew",
    ),
    path(
        _("account/organisations/<int:pk>/invitations/<int:invitation>/take-back/"),
        members.invitation_revoke,
        name="invitation-revoke",
    ),
    path(_("invitation/<str:token>/"), invited.invitation, name="invitation"),
    path(_("organisations/<int:pk>/represent/"), claims.claim, name="claim"),
    path(_("organisations/add/"), claims.add, name="add"),
    path(_("account/requests/<int:pk>/take-back/"), claims.withdraw_claim, name="claim-withdraw"),
]
