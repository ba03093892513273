"""Pass the acting user and the source of a change to PostgreSQL, whose triggers write the history.

Changes without a context are recorded too, with the application name of their connection as the source.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

AUDIT_SETTING = "palvelukartta.doing"
HAS_CONTEXT = "has_audit_context"
# Later values override earlier ones, except the moment: nested contexts share the first one.
SET_CONTEXT_SQL = """
SELECT current_setting(%(setting)s, true), set_config(%(setting)s, (
  jsonb_build_object('moment', %(moment)s::bigint)
  || coalesce(nullif(current_setting(%(setting)s, true), ''), '{}')::jsonb || %(context)s::jsonb
)::text, %(locally)s)
"""
SAFE_METHODS = frozenset(["GET", "HEAD", "OPTIONS", "TRACE"])


class ChangeSource(StrEnum):
    """How a change was made; changes without a context have the application name instead."""

    DESK = "desk"
    FORM = "form"
    MAIL = "mail"
    IMPORT = "import"
    MERGE = "merge"
    RESTORE = "restore"


@contextmanager
def audit_context(*, through: ChangeSource, by: int | None = None) -> Iterator[None]:
    """Run a transaction whose changes are recorded with this source, by this user or the one set before."""
    with transaction.atomic():
        previous = _set_context(through, by, locally=True)
        yield
        # After an exception the rollback restores the setting.
        _write_setting(previous, locally=True)


class AuditMiddleware:
    """Attribute changes made by a request to the signed-in user, through the admin or a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        try:
            return self.get_response(request)
        finally:
            if getattr(request, HAS_CONTEXT, False):
                _write_setting("", locally=False)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> None:
        if request.method not in SAFE_METHODS:
            match = request.resolver_match
            is_admin = match is not None and "admin" in match.app_names
            _set_context(ChangeSource.DESK if is_admin else ChangeSource.FORM, request.user.pk, locally=False)
            setattr(request, HAS_CONTEXT, True)


def _set_context(through: ChangeSource, by: int | None, *, locally: bool) -> str:
    """Set the context and return the previous value. `locally` limits it to the current transaction."""
    context = {"through": through} | ({"user": by} if by else {})
    with connection.cursor() as cursor:
        cursor.execute(
            SET_CONTEXT_SQL,
            {
                "setting": AUDIT_SETTING,
                "moment": secrets.randbits(62),
                "context": json.dumps(context),
                "locally": locally,
            },
        )
        return cursor.fetchone()[0] or ""


def _write_setting(value: str, *, locally: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, %s)", [AUDIT_SETTING, value, locally])
