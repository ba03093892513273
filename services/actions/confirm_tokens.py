"""Links in mails to members: signed, for one purpose, and good for a while."""

import datetime as dt

from django.core import signing

from organisations.models import Membership
from organisations.models.base import Status

_SALT = "palvelukartta.keeping"
# As long as from the first reminder until a record is marked as unconfirmed.
TOKEN_LIFETIME = dt.timedelta(days=120)


def confirm_token(membership: Membership) -> str:
    return signing.dumps(membership.pk, salt=_SALT)


def membership_from_token(token: str) -> Membership | None:
    """The membership that a link was made for, while it lasts; None for a link that is wrong or too old."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=TOKEN_LIFETIME)
    except signing.BadSignature:
        return None
    found = Membership.objects.filter(pk=pk, user__is_active=True).exclude(organisation__status=Status.ARCHIVED)
    return found.select_related("user", "organisation").first()
