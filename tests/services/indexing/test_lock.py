"""Whoever writes what search rows are made of takes turns first: two who lock records the other way round get stuck."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.models import Change, Service, ServiceLocation
from tests import cast
from tests.admin_client import values
from tests.html_page import address
from tests.services.stewardship.editing.service_form import Writer

WRITES = re.compile(r"UPDATE \"|INSERT INTO|DELETE FROM|FOR UPDATE", re.I)
# Logins, logs and drafts hold no search rows.
OTHERS = re.compile(r"django_session|usersessions|django_admin_log|services_draft|organisations_user|services_usage")


@pytest.fixture
def club(kivivuori):
    return cast.service("Perhekerho", kivivuori, places=[cast.location("Kerhotalo", kivivuori)])


def publish(club, satu, _desk):
    writer = Writer(satu)
    page = writer.edit(club)
    return lambda: writer.send(page, "publish", name_fi="Vauvakerho")


def end(club, satu, _desk):
    writer = Writer(satu)
    path = address("confirming:confirm", club.organisation_id)
    form = writer.open(path).main.one("form", class_="keeping")
    return lambda: writer.browser.post(path, values(form) | {"ended": club.pk})


def save_place(club, satu, _desk):
    writer = Writer(satu)
    path = address("editing:place", ServiceLocation.objects.get().pk)
    page = writer.open(path)
    return lambda: writer.send(page, "publish", name_fi="Kerhohuone")


def bring_back(club, satu, _desk):
    version = Change.objects.of("service", club.pk).earliest("pk").pk
    path = address("history:version", "service", club.pk, version)
    return lambda: Writer(satu).browser.post(path)


def save_at_the_desk(club, _satu, desk):
    return lambda: desk.change(club, name_fi="Vauvakerho")


def save_organisation_at_the_desk(club, _satu, desk):
    return lambda: desk.change(club.organisation, name_fi="Kivivuoren talo")


def act_at_the_desk(club, _satu, desk):
    return lambda: desk.do("archive", club)


def delete_at_the_desk(club, _satu, desk):
    return lambda: desk.delete(club)


@pytest.mark.parametrize(
    "prepare",
    [
        publish, end, save_place, bring_back,
        save_at_the_desk, save_organisation_at_the_desk, act_at_the_desk, delete_at_the_desk,
    ],
)  # fmt: skip
def test_turns_are_taken_before_any_record_is_locked(club, satu, kaisas_desk, prepare):
    act = prepare(club, satu, kaisas_desk)
    before = Service.objects.values("name_fi", "status").get(), Change.objects.count()
    with CaptureQueriesContext(connection) as asked:
        act()
    assert (Service.objects.values("name_fi", "status").first(), Change.objects.count()) != before
    statements = [found["sql"] for found in asked.captured_queries]
    turn = next(place for place, sql in enumerate(statements) if "pg_advisory_xact_lock" in sql)
    early = [sql for sql in statements[:turn] if WRITES.search(sql) and not OTHERS.search(sql)]
    assert early == []
