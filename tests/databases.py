"""Test databases, copied from templates instead of migrated and loaded for every process.

PostgreSQL copies a database of this size in a fraction of a second. Two templates stay in the server between runs: a
migrated database, and one that also holds the demo data. Their names have a fingerprint of their sources; templates
with other fingerprints are dropped.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import override_settings
from django.utils import timezone

from palvelukartta.demo.loading import load_demo

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("organisations", "palvelukartta", "services", "requirements-dev.lock", "tests/databases.py")
SUFFIXES = {".py", ".yaml", ".json", ".sql", ".txt", ".lock"}
PREFIX = "template_"
# An arbitrary lock id: a second process waits, and then uses the template that the first one created.
LOCK = 7_061_205


@cache
def fingerprint() -> str:
    """A hash of the code and data of a template, and of the day, as the demo data is relative to it."""
    digest = hashlib.sha256(timezone.localdate().isoformat().encode())
    for source in SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix in SUFFIXES:
                digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def copied_database(request, django_test_environment, django_db_blocker):
    """Copy a template for this process alone: copied_database("demo", demo_template) is the name of the copy."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    names = []

    def copy(purpose: str, template: Callable[[], str]) -> str:
        names.append(f"test_palvelukartta_{purpose}_{worker}")
        with django_db_blocker.unblock(), _server_cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            source = template()
            cursor.execute(f'DROP DATABASE IF EXISTS "{names[-1]}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{names[-1]}" TEMPLATE "{source}"')
        return names[-1]

    yield copy
    with django_db_blocker.unblock():
        for name in names:
            _execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def django_db_setup(copied_database):
    with _connected_to(copied_database("empty", migrated_template)):
        yield


@pytest.fixture(scope="session")
def demo_database(django_db_setup, copied_database):
    return copied_database("demo", demo_template)


@pytest.fixture(scope="module")
def demo(demo_database, django_db_blocker):
    """The demo data for all tests of a module; each test rolls back its own changes."""
    with django_db_blocker.unblock(), _connected_to(demo_database):
        yield load_demo()


def address_of(database: str) -> str:
    """The DATABASE_URL of this database."""
    parts = connection.settings_dict
    options = {option.lower(): parts[option] for option in ("HOST", "PORT", "USER", "PASSWORD")}
    return f"postgres:///{database}?{urlencode(options)}"


def update_statistics() -> None:
    """Statistics of empty tables lead to slow plans.

    Only of the tables of this database: those of all databases stay locked for other processes until the transaction
    ends. A table that autovacuum holds is about to have fresh statistics.
    """
    tables = connection.introspection.django_table_names(only_existing=True)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(map(connection.ops.quote_name, tables))}")


def migrated_template() -> str:
    def migrate(name: str) -> None:
        connection.settings_dict["TEST"]["NAME"] = name
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)

    return _template("migrated", migrate)


def demo_template() -> str:
    def load(name: str) -> None:
        _execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated_template()}"')
        # A server of a copy does not have the password hasher of the tests.
        with _connected_to(name), override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS[1:]):
            load_demo()
            update_statistics()

    return _template("demo", load)


def _template(kind: str, create: Callable[[str], None]) -> str:
    """The name of the template, which is created if it does not exist. An interrupted process leaves no such name."""
    name = f"{PREFIX}{kind}_{fingerprint()}"
    if name not in _databases():
        unfinished = f"{name}_unfinished"
        for other in _databases():
            if other == unfinished or (other.startswith(f"{PREFIX}{kind}_") and not other.startswith(name)):
                _execute(f'DROP DATABASE "{other}" WITH (FORCE)')
        database = connection.settings_dict
        before = database["NAME"], database["TEST"]["NAME"]
        try:
            create(unfinished)
        finally:
            connection.close()
            database["NAME"], database["TEST"]["NAME"] = before
        _end_sessions(unfinished)
        _execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    """Connect Django to this database within the block."""
    connection.close()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def _server_cursor() -> Iterator[CursorWrapper]:
    """A cursor without a database or lock timeout, as another process may be creating a template."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        yield cursor


def _end_sessions(database: str) -> None:
    """End other sessions, such as autovacuum, which would block the renaming."""
    with _server_cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [database])


def _databases() -> set[str]:
    with _server_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


def _execute(statement: str) -> None:
    with _server_cursor() as cursor:
        cursor.execute(statement)
