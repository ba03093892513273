"""A member confirms from the mail, without signing in: one look, one press."""

import datetime as dt

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from organisations.models import Membership, Organisation
from services.actions.report_mistake import report_mistake
from services.models import Service
from tests import cast
from tests.desk import values
from tests.page import Page

from .post import confirmed, run

YEAR = 365


@pytest.fixture
def club(kivivuori, satu):
    confirmed(kivivuori, YEAR)
    return confirmed(cast.service("Perhekerho", kivivuori, summary="Aamupala ja leikkiä."), YEAR + 100)


@pytest.fixture
def group(kivivuori):
    return confirmed(cast.service("Vertaisryhmä", kivivuori), YEAR)


class Letter:
    """The page behind the link in the last mail."""

    def __init__(self, mails):
        run()
        self.path = mails()[0].links[0]
        self.browser = Client()
        self.read()

    def read(self, status=200):
        self.page = Page(self.browser.get(self.path), status)
        self.forms = self.page.main.all("form", method="post")
        return self.page

    def press(self, name, value="1", *, untick=(), **typed):
        """Press a button of the page as it was last read; gives what comes then."""
        form = next(form for form in self.forms if form.all("button", name=name, value=str(value)))
        ticked = [box["value"] for box in form.all("input", type="checkbox")]
        data = values(form) | {name: value, "services": [pk for pk in ticked if int(pk) not in untick]} | typed
        response = self.browser.post(self.path, data)
        if response.status_code == 302:
            assert response["Location"] == self.path
            return self.read()
        return Page(response)


@pytest.fixture
def letter(club, mails):
    return Letter(mails)


def test_the_page_shows_what_readers_see_and_changes_nothing(letter, club):
    assert "Perhekerho" in letter.page.main.text and "Aamupala ja leikkiä." in letter.page.main.text
    club.refresh_from_db()
    assert club.assured_at < timezone.now() - dt.timedelta(days=YEAR)


def test_one_press_confirms_everything(letter, club, group, kivivuori, satu, open_page, find, mails):
    letter.read()
    page = letter.press("confirm")
    assert "Kiitos! Kaikki on tarkistettu." in page.notices
    for record in (club, group, kivivuori):
        record.refresh_from_db()
        assert timezone.now() - record.assured_at < dt.timedelta(minutes=1)
        assert record.assured_by == satu
    assert "Tarkistettu tänään" in open_page(club).main.text
    assert "ei ole tarkistettu ajoissa" not in find(q="perhekerho").main.text
    run()
    assert mails() == []


def test_what_is_not_ticked_is_not_confirmed(letter, club, group):
    letter.read()
    letter.press("confirm", untick=[club.pk])
    club.refresh_from_db(), group.refresh_from_db()
    assert group.assured_at > club.assured_at + dt.timedelta(days=YEAR / 2)
    assert "Kiitos" not in letter.page.main.text


def test_confirming_keeps_search_in_step(letter, check_index):
    letter.press("confirm")
    check_index()


def test_what_somebody_changed_meanwhile_is_not_confirmed_unseen(letter, club, group):
    letter.read()
    Service.objects.filter(pk=club.pk).update(summary_fi="Vain iltaisin.", updated_at=timezone.now())
    page = letter.press("confirm", untick=[group.pk])
    assert "Perhekerho" in page.one(role="alert").text
    assert "Vain iltaisin." in page.main.text
    ticks = {box["value"]: "checked" in box for box in page.all("input", type="checkbox")}
    assert ticks == {str(club.pk): True, str(group.pk): False}
    club.refresh_from_db()
    assert club.assured_at < timezone.now() - dt.timedelta(days=YEAR)


def test_a_service_that_has_ended_leaves_the_search(letter, club, find):
    letter.press("ended", club.pk)
    assert find(q="perhekerho").total == 0
    club.refresh_from_db()
    assert club.status == "archived"


def test_services_of_others_are_out_of_reach(letter, vake):
    other = confirmed(cast.service("Neuvola", vake), YEAR)
    seen = values(letter.forms[0])
    letter.browser.post(letter.path, seen | {"ended": other.pk})
    letter.browser.post(letter.path, seen | {"confirm": "1", "services": [other.pk]})
    other.refresh_from_db()
    assert other.status == "published"
    assert other.assured_at < timezone.now() - dt.timedelta(days=YEAR - 1)


def test_a_report_is_answered_without_a_login_too(letter, club, mails):
    report_mistake(
        organisation=club.organisation,
        service=club,
        kind="phone",
        text="Numero ei vastaa.",
        email="lukija@example.org",
        language="fi",
    )
    page = letter.read()
    assert "Numero ei vastaa." in page.main.text and "lukija@example.org" not in page.main.text
    page = letter.press("do", "answer", text="Numero on korjattu.")
    assert "Numero ei vastaa." not in page.main.text and "Vastauksesi lähetettiin" in page.notices
    (answer,) = mails()
    assert answer.to == ["lukija@example.org"] and "Numero on korjattu." in answer.text


# The link


def test_the_link_ends_with_the_membership(letter):
    Membership.objects.all().delete()
    assert "Linkki ei ole enää voimassa" in letter.read(status=404).main.text
    assert letter.browser.post(letter.path, {"confirm": "1"}).status_code == 404


def test_the_link_ends_with_the_organisation(letter, kivivuori):
    Organisation.objects.update(status="archived")
    letter.read(status=404)
    assert letter.browser.post(letter.path, {"confirm": "1"}).status_code == 404
    Organisation.objects.update(status="published")
    letter.read()


def test_a_link_that_was_changed_or_made_for_something_else(letter, satu):
    membership = Membership.objects.get()
    for token in ("", "x", letter.path.split("/")[-2] + "a", signing.dumps(membership.pk, salt="something else")):
        path = letter.path.rsplit("/", 2)[0] + f"/{token}/"
        assert Client().get(path).status_code == 404


def test_a_link_is_good_for_four_months(letter, monkeypatch):
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + 119 * 24 * 3600)
    letter.read()
    monkeypatch.setattr(signing.time, "time", lambda: real() + 121 * 24 * 3600)
    letter.read(status=404)


def test_the_page_is_for_nobody_else(letter):
    assert "no-store" in letter.page.response["Cache-Control"]
    assert "noindex" in letter.page.one("meta", name="robots")["content"]


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_takes_as_many_queries_for_many_services(club, kivivuori, mails, number, django_assert_num_queries):
    for service in cast.services(number, kivivuori):
        confirmed(service, YEAR)
    letter = Letter(mails)
    with django_assert_num_queries(8):
        letter.read()


@pytest.fixture
def check_index():
    from django.core.management import call_command

    return lambda: call_command("check_index")
