"""Delete personal data that is no longer needed; `manage.py purge_people` runs daily."""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from organisations.models import Invitation

# How long an expired invitation can still be renewed.
EXPIRED_INVITATION_RETENTION = dt.timedelta(days=30)


@transaction.atomic
def purge_people(*, now: dt.datetime) -> dict[str, int]:
    """Delete unanswered invitations, expired sessions and their login records; returns the counts by kind."""
    invitations, _rows = Invitation.objects.pending().filter(expires_at__lt=now - EXPIRED_INVITATION_RETENTION).delete()
    sessions, _rows = Session.objects.filter(expire_date__lt=now).delete()
    logins, _rows = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return {"invitations": invitations, "sessions": sessions, "logins": logins}
