"""Signed tokens for links in mails to members, with one purpose and limited lifetime."""

import datetime as dt

from django.core import signing

from organisations.models import Membership
from organisations.models.base import Status

_SALT = "palvelukartta.keeping"
# The time from the first reminder until a record is marked as unconfirmed.
TOKEN_LIFETIME = dt.timedelta(days=120)


def confirm_token(membership: Membership) -> str:
    return signing.dumps(membership.pk, salt=_SALT)


def membership_from_token(token: str) -> Membership | None:
    """The membership of a token, or None if the token is invalid or expired or the membership inactive."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=TOKEN_LIFETIME)
    except signing.BadSignature:
        return None
    memberships = Membership.objects.filter(pk=pk, user__is_active=True).exclude(organisation__status=Status.ARCHIVED)
    return memberships.select_related("user", "organisation").first()
