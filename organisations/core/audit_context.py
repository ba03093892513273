"""Who is doing something, and through what: told to the database, whose triggers write history.

What is written without telling is in the history all the same, with the program's name instead.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

AUDIT_SETTING = "palvelukartta.doing"
# What is told wins over what was told before, but one moment stays one moment.
SET_CONTEXT_SQL = """
SELECT current_setting(%(setting)s, true), set_config(%(setting)s, (
  jsonb_build_object('moment', %(moment)s::bigint)
  || coalesce(nullif(current_setting(%(setting)s, true), ''), '{}')::jsonb || %(said)s::jsonb
)::text, %(locally)s)
"""
SAFE_METHODS = frozenset(["GET", "HEAD", "OPTIONS", "TRACE"])


class ChangeSource(StrEnum):
    """By what a change came; other changes tell the name of their program."""

    DESK = "desk"
    FORM = "form"
    MAIL = "mail"
    IMPORT = "import"
    MERGE = "merge"
    RESTORE = "restore"


@contextmanager
def audit_context(*, through: ChangeSource, by: int | None = None) -> Iterator[None]:
    """What is written inside, in one transaction, is history of this kind, by this user or who was told before."""
    with transaction.atomic():
        before = _set_context(through, by, locally=True)
        yield
        # After an exception the rollback takes it back.
        _write_setting(before, locally=True)


class AuditMiddleware:
    """Middleware: changes by a request are by who has signed in, at the desk or through a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        try:
            return self.get_response(request)
        finally:
            if getattr(request, "told", False):
                _write_setting("", locally=False)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        if request.method not in SAFE_METHODS:
            at_desk = "admin" in request.resolver_match.app_names
            _set_context(ChangeSource.DESK if at_desk else ChangeSource.FORM, request.user.pk, locally=False)
            request.told = True


def _set_context(through: ChangeSource, by: int | None, *, locally: bool) -> str:
    """Returns what was told before. Locally: until the transaction ends."""
    said = {"through": through} | ({"user": by} if by else {})
    with connection.cursor() as cursor:
        cursor.execute(
            SET_CONTEXT_SQL,
            {"setting": AUDIT_SETTING, "moment": secrets.randbits(62), "said": json.dumps(said), "locally": locally},
        )
        return cursor.fetchone()[0] or ""


def _write_setting(told: str, *, locally: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, %s)", [AUDIT_SETTING, told, locally])
