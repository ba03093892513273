"""Readers report mistakes without a login; their input is kept when there are errors."""

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
    """A clock that only moves when shifted: clock.shift(60)."""
    time_machine.move_to(timezone.now(), tick=False)
    return time_machine


@pytest.fixture
def club(kivivuori):
    return cast.service({"fi": "Perhekerho", "sv": "Familjeklubb"}, kivivuori)


class Form(Page):
    """The form of a record in a reader's browser."""

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

    def send(self, **values):
        """Fill in and send the form; returns the page of thanks, or the form with errors."""
        response = self.browser.post(self.path, self.form_values | values)
        if response.status_code == 302:
            return Page(self.browser.get(response["Location"]))
        return Form._read(self.browser, response)

    @property
    def errors(self):
        """Errors by field."""
        return {
            error["id"].removeprefix("id_").removesuffix("_error"): error.text
            for error in self.all("p", class_="error")
        }

    @property
    def form_values(self):
        return form_values(self.one("form", method="post"))


@pytest.fixture
def form(club, client, clock):
    """The form about the club, opened a minute ago."""
    form = Form.of(club, client)
    clock.shift(60)
    return form


def only_report():
    (report,) = MistakeReport.objects.all()
    return report


# What is stored


def test_report_about_a_service_is_stored_for_its_organisation(form, club, kivivuori):
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


def test_only_the_kind_is_required(form):
    form.send(kind="ended")
    assert (only_report().text, only_report().email) == ("", "")


def test_reloading_the_page_of_thanks_sends_nothing(form, client):
    thanks = form.send(kind="ended")
    Page(client.get(thanks.path))
    assert MistakeReport.objects.count() == 1


def test_second_click_stores_no_second_report(form):
    for _click in range(2):
        form.send(kind="ended")
    assert MistakeReport.objects.count() == 1


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_unpublished_pages_take_no_reports(client, kivivuori, status):
    hidden = cast.service("Luonnos", kivivuori, status=status)
    for view in ("reports:service", "reports:service-thanks"):
        assert client.get(view_url(view, hidden.pk, "luonnos")).status_code == 404


# What is wrong with the form stands beside its field


def test_errors_are_shown_beside_their_fields_and_values_kept(form):
    page = form.send(kind="", text="Kerrottu", email="lukija@")
    assert page.errors.keys() == {"kind", "email"}
    assert page.form_values["text"] == "Kerrottu"
    assert page.form_values["email"] == "lukija@"
    email = page.one("input", id="id_email")
    assert email["aria-invalid"] == "true"
    assert "id_email_error" in email["aria-describedby"].split()
    # The list above leads to the fields.
    ids = {element["id"] for element in page.all(id=True)}
    links = [link["href"] for link in page.one(role="alert").all("a")]
    assert len(links) == 2
    assert {link.removeprefix("#") for link in links} <= ids
    assert not MistakeReport.objects.exists()


def test_other_kind_requires_a_text(form):
    assert form.send(kind="other").errors.keys() == {"text"}


def test_text_is_limited_in_length(form):
    assert form.send(kind="other", text="x" * 1001).errors.keys() == {"text"}
    form.send(kind="other", text="x" * 1000)
    assert len(only_report().text) == 1000


def test_identity_code_is_refused(form):
    page = form.send(kind="other", text="Lapsen tunnus 010120A123X on väärin")
    assert page.errors.keys() == {"text"}
    assert "010120A123X" in page.form_values["text"]
    assert not MistakeReport.objects.exists()


# Robots


def test_form_filled_in_too_fast_must_be_sent_again(club, client, clock):
    form = Form.of(club, client)
    clock.shift(1)
    page = form.send(kind="other", text="Kerrottu")
    assert page.one(role="alert")
    assert page.form_values["text"] == "Kerrottu"
    assert not MistakeReport.objects.exists()
    clock.shift(5)
    page.send()
    assert only_report().text == "Kerrottu"


def test_form_open_for_days_must_be_sent_again(form, clock):
    clock.shift(2 * DAY)
    page = form.send(kind="other", text="Kerrottu")
    assert not MistakeReport.objects.exists()
    clock.shift(10)
    page.send()
    assert only_report().text == "Kerrottu"


@pytest.mark.parametrize("opened", ["", "x", "WzE4MDAwMDAwMDAsIngiXQ:forged"])
def test_form_with_an_invalid_signature_must_be_sent_again(form, opened):
    assert form.send(kind="ended", opened=opened).one(role="alert")
    assert not MistakeReport.objects.exists()


def test_filled_honeypot_is_rejected(form):
    assert form.one("input", name="homepage").closest("div")["hidden"] is None
    page = form.send(kind="other", text="Buy", homepage="https://spam.example/")
    assert not MistakeReport.objects.exists()
    # Whose browser filled it in by itself only has to send again.
    assert page.form_values["homepage"] == ""
    page.send()
    assert only_report().text == "Buy"


def send_many(record, count, clock, **environment):
    browser = Client(**environment)
    for _n in range(count):
        form = Form.of(record, browser)
        clock.shift(10)
        answer = form.send(kind="ended")
    return answer


def test_reports_from_an_address_are_limited_by_the_hour(club, clock):
    refused = send_many(club, MAX_REPORTS + 1, clock)
    assert MistakeReport.objects.count() == MAX_REPORTS
    assert refused.one(role="alert")
    assert refused.form_values["kind"] == "ended"
    send_many(club, 1, clock, REMOTE_ADDR="192.0.2.7")
    assert MistakeReport.objects.count() == MAX_REPORTS + 1


def test_rate_limit_is_shared_by_all_workers(club, clock, monkeypatch):
    send_many(club, MAX_REPORTS - 1, clock)
    another_worker(monkeypatch)
    assert not send_many(club, 1, clock).all(role="alert")
    assert send_many(club, 1, clock).one(role="alert")
    another_worker(monkeypatch)
    assert send_many(club, 1, clock).one(role="alert")
    assert MistakeReport.objects.count() == MAX_REPORTS


def test_form_is_stored_once_by_all_workers(form, monkeypatch):
    form.send(kind="ended")
    another_worker(monkeypatch)
    form.send(kind="ended")
    assert MistakeReport.objects.count() == 1


def another_worker(monkeypatch):
    """Clear the memory of a process, as if another worker answered."""
    locmem._caches.clear()
    monkeypatch.setattr("allauth.core.internal.ratelimit.cache", caches.create_connection("default"))


def test_rate_limit_uses_the_clients_address_behind_a_proxy(club, clock, settings):
    settings.HTTPS, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, 1
    send_many(club, MAX_REPORTS, clock, HTTP_X_FORWARDED_FOR="192.0.2.1")
    # What the reader claims stands before what the proxy saw.
    send_many(club, 1, clock, HTTP_X_FORWARDED_FOR="10.0.0.9, 192.0.2.1")
    assert MistakeReport.objects.count() == MAX_REPORTS
    send_many(club, 1, clock, HTTP_X_FORWARDED_FOR="192.0.2.2")
    assert MistakeReport.objects.count() == MAX_REPORTS + 1


def test_addresses_of_an_ipv6_network_share_the_rate_limit(club, clock):
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
