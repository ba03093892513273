"""Signed-in members confirm the information of an organisation on one page, as through the link in a mail."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from organisations.core.freshness import add_months
from services.models import Service
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url
from tests.services.stewardship.editing.service_form import EditorClient

from .reminders import confirm_days_ago

YEAR = 365


@pytest.fixture
def club(kivivuori):
    confirm_days_ago(kivivuori, YEAR)
    return confirm_days_ago(cast.service("Perhekerho", kivivuori, summary="Aamupala ja leikkiä."), YEAR + 100)


@pytest.fixture
def group(kivivuori):
    return confirm_days_ago(cast.service("Vertaisryhmä", kivivuori), YEAR)


class CheckClient(EditorClient):
    def __init__(self, user, organisation):
        super().__init__(user)
        self.path = view_url("confirming:confirm", organisation.pk)

    def read(self, status=200):
        return self.open(self.path, status)

    def press(self, name, value="1", *, untick=(), status=200):
        form = self.read().main.one("form", class_="confirm-form")
        assert form.all("button", name=name, value=str(value))
        ticked = [box["value"] for box in form.all("input", name="services") if int(box["value"]) not in untick]
        data = form_values(form) | {name: value, "services": ticked}
        return Page(self.browser.post(self.path, data, follow=True), status)


@pytest.fixture
def satu_client(satu, kivivuori):
    return CheckClient(satu, kivivuori)


def test_page_shows_everything_with_its_actions(satu_client, club, group):
    page = satu_client.read()
    ticked = [(box["name"], box["value"]) for box in page.main.all("input", type="checkbox", checked=True)]
    assert ticked == [("organisation", "1"), ("services", str(club.pk)), ("services", str(group.pk))]
    assert "Aamupala ja leikkiä." in page.main.text
    for service in (club, group):
        assert page.main.all("a", href=view_url("editing:edit", service.pk))
        assert page.main.all("button", name="ended", value=str(service.pk))
    assert len(page.main.all("button", name="confirm")) == 1


def test_button_confirms_the_ticked_records(satu_client, satu, club, group, kivivuori):
    page = satu_client.press("confirm", untick=[club.pk])
    assert "Tarkistettu: organisaatio ja 1 palvelu." in page.notices
    for record in (group, kivivuori):
        record.refresh_from_db()
        assert timezone.now() - record.assured_at < dt.timedelta(minutes=1)
        assert record.assured_by == satu
    club.refresh_from_db()
    assert club.assured_at < timezone.now() - dt.timedelta(days=YEAR)


def test_page_shows_the_day_of_the_next_reminder(satu_client, club, group):
    Service.objects.filter(pk=group.pk).update(confirm_months=6)
    notices = satu_client.press("confirm").notices
    day = date_format(add_months(timezone.localdate(), 6), "SHORT_DATE_FORMAT")
    assert "Kaikki on tarkistettu." in notices and day in notices


def test_ended_service_leaves_the_search(satu_client, club, find):
    assert "Lukijat eivät enää näe tätä palvelua: Perhekerho." in satu_client.press("ended", club.pk).notices
    assert find(q="perhekerho").total == 0


def test_history_shows_who_confirmed(satu_client, satu, club):
    satu_client.press("ended", club.pk)
    page = satu_client.open(view_url("history:record", "service", club.pk))
    assert "Satu Sihteeri" in page.main.text


def test_coordinators_may_confirm_and_outsiders_get_404(kaisa, pirjo, kivivuori, club):
    CheckClient(kaisa, kivivuori).press("confirm")
    club.refresh_from_db()
    assert club.assured_by == kaisa
    CheckClient(pirjo, kivivuori).read(404)
    assert Client().get(view_url("confirming:confirm", kivivuori.pk)).status_code == 302
