"""Whoever writes what search rows are made of takes turns first: two who lock records the other way round get stuck."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.models import Change, Service, ServiceLocation
from tests import cast
from tests.admin_client import form_values
from tests.html_page import view_url
from tests.services.stewardship.editing.service_form import EditorClient

WRITE_SQL = re.compile(r"UPDATE \"|INSERT INTO|DELETE FROM|FOR UPDATE", re.I)
# Logins, logs and drafts hold no search rows.
IGNORED_TABLES = re.compile(
    r"django_session|usersessions|django_admin_log|services_draft|organisations_user|services_usage"
)


@pytest.fixture
def club(kivivuori):
    return cast.service("Perhekerho", kivivuori, places=[cast.location("Kerhotalo", kivivuori)])


def publish_draft(club, satu, _desk):
    writer = EditorClient(satu)
    page = writer.edit(club)
    return lambda: writer.send(page, "publish", name_fi="Vauvakerho")


def end_service(club, satu, _desk):
    writer = EditorClient(satu)
    path = view_url("confirming:confirm", club.organisation_id)
    form = writer.open(path).main.one("form", class_="confirm-form")
    return lambda: writer.browser.post(path, form_values(form) | {"ended": club.pk})


def save_place(club, satu, _desk):
    writer = EditorClient(satu)
    path = view_url("editing:place", ServiceLocation.objects.get().pk)
    page = writer.open(path)
    return lambda: writer.send(page, "publish", name_fi="Kerhohuone")


def restore_version(club, satu, _desk):
    version = Change.objects.of("service", club.pk).earliest("pk").pk
    path = view_url("history:version", "service", club.pk, version)
    return lambda: EditorClient(satu).browser.post(path)


def save_in_admin(club, _satu, desk):
    return lambda: desk.change(club, name_fi="Vauvakerho")


def save_organisation_in_admin(club, _satu, desk):
    return lambda: desk.change(club.organisation, name_fi="Kivivuoren talo")


def run_admin_action(club, _satu, desk):
    return lambda: desk.run_action("archive", club)


def delete_in_admin(club, _satu, desk):
    return lambda: desk.delete(club)


@pytest.mark.parametrize(
    "prepare",
    [
        publish_draft, end_service, save_place, restore_version,
        save_in_admin, save_organisation_in_admin, run_admin_action, delete_in_admin,
    ],
)  # fmt: skip
def test_turns_are_taken_before_any_record_is_locked(club, satu, kaisa_admin, prepare):
    act = prepare(club, satu, kaisa_admin)
    before = Service.objects.values("name_fi", "status").get(), Change.objects.count()
    with CaptureQueriesContext(connection) as asked:
        act()
    assert (Service.objects.values("name_fi", "status").first(), Change.objects.count()) != before
    statements = [found["sql"] for found in asked.captured_queries]
    turn = next(place for place, sql in enumerate(statements) if "pg_try_advisory_xact_lock" in sql)
    early = [sql for sql in statements[:turn] if WRITE_SQL.search(sql) and not IGNORED_TABLES.search(sql)]
    assert early == []
