"""Deletion of personal data that is no longer needed."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.utils import timezone

from organisations.actions.invitations import invite
from organisations.models import Invitation

TODAY = timezone.now()


@pytest.mark.parametrize(("days", "count"), [(0, 1), (29, 1), (31, 0)])
def test_unanswered_invitation_is_deleted_a_month_after_it_expired(aino, kivivuori, days, count):
    invite(organisation=kivivuori, email="oona@talo.example", role="editor", language="fi", invited_by=aino)
    Invitation.objects.update(expires_at=TODAY - dt.timedelta(days=days))
    call_command("purge_people", verbosity=0)
    assert Invitation.objects.count() == count


def test_login_record_is_deleted_with_its_session(visitor, sign_in, aino):
    ended, open_ = visitor, sign_in()
    for browser in (ended, open_):
        browser.log_in(aino.email, "salasana")
    ended.send(ended.go("account_logout"))
    call_command("purge_people", verbosity=0)
    assert UserSession.objects.get().session_key == open_.browser.session.session_key
    assert open_.go("dashboard:account").path != ended.go("dashboard:account").path
