"""A reader says what is wrong on a page: short, without a login, and nothing typed is lost."""

import datetime as dt

import pytest
from django.core.cache import caches
from django.core.cache.backends import locmem
from django.test import Client
from django.utils import timezone

from services.models import MistakeReport
from services.stewardship.reports import spam_protection
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url

HOUR, DAY = 60 * 60, 24 * 60 * 60
MAX_REPORTS = 10


@pytest.fixture
def clock(time_machine):
    """The time stands still until it is moved: clock.shift(60)."""
    time_machine.move_to(timezone.now(), tick=False)
    return time_machine


@pytest.fixture
def club(kivivuori):
    return cast.service({"fi": "Perhekerho", "sv": "Familjeklubb"}, kivivuori)


class Form(Page):
    """The form of a record, as the browser of a reader shows it."""

    @classmethod
    def of(cls, record, browser, lang="fi"):
        page = Page(browser.get(cast.record_url(record, lang)))
        (link,) = page.all("a", rel="nofollow")
        return cls._read(browser, browser.get(link["href"]))

    @classmethod
    def _read(cls, browser, response):
        form = cls(response)
        form.browser = browser
        return form

    def send(self, **typed):
        """Fill in and send; the page that answers: thanks, or the form with what is wrong."""
        response = self.browser.post(self.path, form_values(self.one("form", method="post")) | typed)
        if response.status_code == 302:
            return Page(self.browser.get(response["Location"]))
        return Form._read(self.browser, response)

    @property
    def errors(self):
        """What is wrong, by field."""
        return {
            found["id"].removeprefix("id_").removesuffix("_error"): found.text
            for found in self.all("p", class_="error")
        }

    @property
    def typed(self):
        return form_values(self.one("form", method="post"))


@pytest.fixture
def form(club, client, clock):
    """The form about the club, which the reader has looked at for a minute."""
    form = Form.of(club, client)
    clock.shift(60)
    return form


def only_report():
    (report,) = MistakeReport.objects.all()
    return report


# What is stored


def test_report_about_a_service_is_kept_for_its_organisation(form, club, kivivuori):
    thanks = form.send(kind="hours", text="Perjantaisin kiinni", email="lukija@koulu.example")
    assert thanks.main.all("a", href=cast.record_url(club))
    report = only_report()
    assert (report.service, report.organisation, report.kind) == (club, kivivuori, "hours")
    assert (report.text, report.email, report.language) == ("Perjantaisin kiinni", "lukija@koulu.example", "fi")
    assert report.state == "open"
    assert timezone.now() - report.created_at < dt.timedelta(minutes=5)


def test_report_about_an_organisation(kivivuori, client, clock):
    form = Form.of(kivivuori, client, "sv")
    clock.shift(60)
    form.send(kind="phone", text="Numret har ändrats")
    report = only_report()
    assert (report.service, report.organisation, report.language) == (None, kivivuori, "sv")


def test_a_choice_is_enough(form):
    form.send(kind="ended")
    assert (only_report().text, only_report().email) == ("", "")


def test_reloading_the_thanks_sends_nothing(form, client):
    thanks = form.send(kind="ended")
    Page(client.get(thanks.path))
    assert MistakeReport.objects.count() == 1


def test_second_click_on_the_button_sends_nothing_more(form):
    for _click in range(2):
        form.send(kind="ended")
    assert MistakeReport.objects.count() == 1


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_pages_that_readers_cannot_see_take_no_reports(client, kivivuori, status):
    hidden = cast.service("Luonnos", kivivuori, status=status)
    for view in ("reports:service", "reports:service-thanks"):
        assert client.get(view_url(view, hidden.pk, "luonnos")).status_code == 404


# What is wrong with the form stands beside its field


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(form):
    page = form.send(kind="", text="Kerrottu", email="lukija@")
    assert page.errors.keys() == {"kind", "email"}
    assert page.typed["text"] == "Kerrottu"
    assert page.typed["email"] == "lukija@"
    email = page.one("input", id="id_email")
    assert email["aria-invalid"] == "true"
    assert "id_email_error" in email["aria-describedby"].split()
    # The list above leads to the fields.
    ids = {element["id"] for element in page.all(id=True)}
    links = [link["href"] for link in page.one(role="alert").all("a")]
    assert len(links) == 2
    assert {link.removeprefix("#") for link in links} <= ids
    assert not MistakeReport.objects.exists()


def test_something_else_wants_words(form):
    assert form.send(kind="other").errors.keys() == {"text"}


def test_text_has_its_limit(form):
    assert form.send(kind="other", text="x" * 1001).errors.keys() == {"text"}
    form.send(kind="other", text="x" * 1000)
    assert len(only_report().text) == 1000


def test_identity_code_is_refused(form):
    page = form.send(kind="other", text="Lapsen tunnus 010120A123X on väärin")
    assert page.errors.keys() == {"text"}
    assert "010120A123X" in page.typed["text"]
    assert not MistakeReport.objects.exists()


# Robots


def test_form_that_was_filled_in_within_a_moment_is_asked_for_again(club, client, clock):
    form = Form.of(club, client)
    clock.shift(1)
    page = form.send(kind="other", text="Kerrottu")
    assert page.one(role="alert")
    assert page.typed["text"] == "Kerrottu"
    assert not MistakeReport.objects.exists()
    clock.shift(5)
    page.send()
    assert only_report().text == "Kerrottu"


def test_form_that_lay_open_for_days_is_asked_for_again(form, clock):
    clock.shift(2 * DAY)
    page = form.send(kind="other", text="Kerrottu")
    assert not MistakeReport.objects.exists()
    clock.shift(10)
    page.send()
    assert only_report().text == "Kerrottu"


@pytest.mark.parametrize("opened", ["", "x", "WzE4MDAwMDAwMDAsIngiXQ:forged"])
def test_form_that_is_not_ours_is_asked_for_again(form, opened):
    assert form.send(kind="ended", opened=opened).one(role="alert")
    assert not MistakeReport.objects.exists()


def test_field_that_people_do_not_see_gives_robots_away(form):
    assert form.one("input", name="homepage").closest("div")["hidden"] is None
    page = form.send(kind="other", text="Buy", homepage="https://spam.example/")
    assert not MistakeReport.objects.exists()
    # Whose browser filled it in by itself only has to send again.
    assert page.typed["homepage"] == ""
    page.send()
    assert only_report().text == "Buy"


def send_many(record, count, clock, **environment):
    browser = Client(**environment)
    for _n in range(count):
        form = Form.of(record, browser)
        clock.shift(10)
        answer = form.send(kind="ended")
    return answer


def test_one_address_sends_only_so_many_an_hour(club, clock):
    refused = send_many(club, MAX_REPORTS + 1, clock)
    assert MistakeReport.objects.count() == MAX_REPORTS
    assert refused.one(role="alert")
    assert refused.typed["kind"] == "ended"
    send_many(club, 1, clock, REMOTE_ADDR="192.0.2.7")
    assert MistakeReport.objects.count() == MAX_REPORTS + 1


def test_reports_are_counted_for_all_workers_together(club, clock, monkeypatch):
    send_many(club, MAX_REPORTS - 1, clock)
    another_worker(monkeypatch)
    assert not send_many(club, 1, clock).all(role="alert")
    assert send_many(club, 1, clock).one(role="alert")
    another_worker(monkeypatch)
    assert send_many(club, 1, clock).one(role="alert")
    assert MistakeReport.objects.count() == MAX_REPORTS


def test_form_is_taken_once_whichever_worker_it_comes_to(form, monkeypatch):
    form.send(kind="ended")
    another_worker(monkeypatch)
    form.send(kind="ended")
    assert MistakeReport.objects.count() == 1


def another_worker(monkeypatch):
    """What a process remembers by itself is gone."""
    locmem._caches.clear()
    monkeypatch.setattr("allauth.core.internal.ratelimit.cache", caches.create_connection("default"))


def test_behind_a_proxy_the_readers_address_counts(club, clock, settings):
    settings.HTTPS, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, 1
    send_many(club, MAX_REPORTS, clock, HTTP_X_FORWARDED_FOR="192.0.2.1")
    # What the reader claims stands before what the proxy saw.
    send_many(club, 1, clock, HTTP_X_FORWARDED_FOR="10.0.0.9, 192.0.2.1")
    assert MistakeReport.objects.count() == MAX_REPORTS
    send_many(club, 1, clock, HTTP_X_FORWARDED_FOR="192.0.2.2")
    assert MistakeReport.objects.count() == MAX_REPORTS + 1


def test_addresses_of_one_ipv6_network_count_as_one(club, clock):
    send_many(club, MAX_REPORTS, clock, REMOTE_ADDR="2001:db8:1:2::1")
    send_many(club, 1, clock, REMOTE_ADDR="2001:db8:1:2::99")
    assert MistakeReport.objects.count() == MAX_REPORTS


def test_form_from_another_site_is_refused(club, clock):
    strict = Client(enforce_csrf_checks=True)
    path = view_url("reports:service", club.pk, "perhekerho")
    assert strict.post(path, {"kind": "ended", "opened": spam_protection.sign_opening_time()}).status_code == 403
    assert not MistakeReport.objects.exists()


def test_form_is_not_for_search_engines_or_caches(form):
    assert form.one("meta", name="robots")["content"].startswith("noindex")
    assert "no-store" in form.response["Cache-Control"]
