"""Members confirm through the link in a mail, without signing in."""

import datetime as dt

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from organisations.models import Membership, Organisation
from services.actions.report_mistake import report_mistake
from services.models import MistakeReport, Service
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url

from .reminders import confirm_days_ago, run_remind

YEAR = 365


@pytest.fixture
def club(kivivuori, satu):
    confirm_days_ago(kivivuori, YEAR)
    return confirm_days_ago(cast.service("Perhekerho", kivivuori, summary="Aamupala ja leikkiä."), YEAR + 100)


@pytest.fixture
def group(kivivuori):
    return confirm_days_ago(cast.service("Vertaisryhmä", kivivuori), YEAR)


class ConfirmationPage:
    """The page that the link in the last mail opens."""

    def __init__(self, mails):
        run_remind()
        self.path = mails()[0].links[0]
        self.browser = Client()
        self.read()

    def read(self, path="", status=200):
        return self.show(Page(self.browser.get(path or self.path), status))

    def show(self, page):
        self.page, self.forms = page, page.main.all("form", method="post")
        return page

    def press(self, name, value="1", *, untick=()):
        """Press a button of the page as it was last read; returns the next page."""
        form = next(form for form in self.forms if form.all("button", name=name, value=str(value)))
        data = form_values(form) | {name: value}
        if "organisation" in untick:
            del data["organisation"]
        data["services"] = [
            box["value"] for box in form.all("input", name="services") if int(box["value"]) not in untick
        ]
        response = self.browser.post(self.path, data)
        if response.status_code == 302:
            assert response["Location"].partition("?")[0] == self.path
            return self.read(response["Location"])
        return Page(response)

    def ticks(self, page=None):
        boxes = (page or self.page).main.all("input", type="checkbox")
        return {box["value"] if box["name"] == "services" else "organisation": "checked" in box for box in boxes}


@pytest.fixture
def confirmation_page(club, new_emails):
    return ConfirmationPage(new_emails)


def test_page_shows_public_content_and_changes_nothing(confirmation_page, club):
    assert (
        "Perhekerho" in confirmation_page.page.main.text and "Aamupala ja leikkiä." in confirmation_page.page.main.text
    )
    club.refresh_from_db()
    assert club.assured_at < timezone.now() - dt.timedelta(days=YEAR)


def test_button_confirms_everything(confirmation_page, club, group, kivivuori, satu, open_page, find, new_emails):
    confirmation_page.read()
    page = confirmation_page.press("confirm")
    assert "Kiitos! Kaikki on tarkistettu." in page.notices
    for record in (club, group, kivivuori):
        record.refresh_from_db()
        assert timezone.now() - record.assured_at < dt.timedelta(minutes=1)
        assert record.assured_by == satu
    assert "Tarkistettu tänään" in open_page(club).main.text
    assert "ei ole tarkistettu ajoissa" not in find(q="perhekerho").main.text
    run_remind()
    assert new_emails() == []


def test_unticked_service_is_not_confirmed(confirmation_page, club, group):
    confirmation_page.read()
    confirmation_page.press("confirm", untick=[club.pk])
    club.refresh_from_db(), group.refresh_from_db()
    assert group.assured_at > club.assured_at + dt.timedelta(days=YEAR / 2)
    assert "Kiitos" not in confirmation_page.page.main.text
    # It does not come back ticked, to be confirmed by one more press; and the page says what to do about it.
    assert confirmation_page.ticks() == {"organisation": True, str(club.pk): False, str(group.pk): True}
    assert "Jäi tarkistamatta" in confirmation_page.page.main.text


def test_organisation_is_shown_with_its_own_checkbox(confirmation_page, club, kivivuori, kerava):
    kivivuori.municipalities.add(kerava)
    cast.contact("Toimisto", kivivuori, visibility="public", phone="09 1234")
    cast.contact("Ohjaaja", kivivuori, name="Oona Ohjaaja", visibility="professionals", phone="09 5678")
    page = confirmation_page.read()
    assert "Kerava" in page.main.text and "09 1234" in page.main.text
    # A mail may be forwarded: contacts for professionals are not shown without a login.
    assert "Oona Ohjaaja" not in page.main.text and "09 5678" not in page.main.text
    page = confirmation_page.press("confirm", untick=["organisation"])
    assert "Tarkistettu: 1 palvelu." in page.notices
    club.refresh_from_db(), kivivuori.refresh_from_db()
    assert timezone.now() - club.assured_at < dt.timedelta(minutes=1)
    assert timezone.now() - kivivuori.assured_at > dt.timedelta(days=YEAR - 1)


def test_nothing_is_confirmed_if_nothing_is_ticked(confirmation_page, club, kivivuori):
    page = confirmation_page.press("confirm", untick=["organisation", club.pk])
    assert "mitään ei merkitty" in page.notices
    kivivuori.refresh_from_db()
    assert timezone.now() - kivivuori.assured_at > dt.timedelta(days=YEAR - 1)


def test_confirming_updates_the_search_index(confirmation_page, check_index):
    confirmation_page.press("confirm")
    check_index()


def test_concurrent_change_is_not_confirmed_before_it_is_shown(confirmation_page, club, group):
    confirmation_page.read()
    Service.objects.filter(pk=club.pk).update(summary_fi="Vain iltaisin.")
    page = confirmation_page.press("confirm", untick=[group.pk])
    assert "Perhekerho" in page.one(role="alert").text
    assert "Vain iltaisin." in page.main.text
    assert confirmation_page.ticks(page) == {"organisation": True, str(club.pk): True, str(group.pk): False}
    club.refresh_from_db()
    assert club.assured_at < timezone.now() - dt.timedelta(days=YEAR)
    # The page now includes the change.
    confirmation_page.show(page)
    assert not confirmation_page.press("confirm", untick=[group.pk]).main.all(role="alert")
    club.refresh_from_db()
    assert club.assured_at > timezone.now() - dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    "change",
    [
        lambda place: type(place).objects.update(street_fi="Uusi katu 1"),
        lambda place: place.phones.create(number="09 4321"),
        lambda place: cast.contact("Toimisto", place.organisation),
    ],
)
def test_changed_locations_and_contacts_are_shown_first(confirmation_page, club, kivivuori, change):
    place = cast.location("Kerhotalo", kivivuori)
    club.locations.add(place)
    confirmation_page.read()
    change(place)
    assert confirmation_page.press("confirm").one(role="alert")
    confirmation_page.read()
    assert not confirmation_page.press("confirm").main.all(role="alert")


@pytest.mark.parametrize(
    "tampered_data", [{"latest_change": "x"}, {"latest_change": ""}, {"services": ["x"]}, {"ended": "99999999"}]
)
def test_tampered_form_confirms_nothing_and_shows_an_error(confirmation_page, club, tampered_data):
    data = form_values(confirmation_page.forms[0]) | {"confirm": "1"} | tampered_data
    assert Page(confirmation_page.browser.post(confirmation_page.path, data)).one(role="alert")
    club.refresh_from_db()
    assert club.assured_at < timezone.now() - dt.timedelta(days=YEAR)


def test_confirmation_by_a_colleague_is_not_a_conflict(confirmation_page, club, group):
    colleague = ConfirmationPage.__new__(ConfirmationPage)
    colleague.path, colleague.browser = confirmation_page.path, Client()
    colleague.read(), confirmation_page.read()
    colleague.press("confirm", untick=[group.pk])
    assert "Kiitos!" in confirmation_page.press("confirm").notices


def test_service_ended_by_a_colleague_is_a_conflict(confirmation_page, club, group):
    confirmation_page.read()
    Service.objects.filter(pk=club.pk).update(status="archived")
    page = confirmation_page.press("confirm")
    assert "poistettu hausta" in page.one(role="alert").text
    assert confirmation_page.ticks(page) == {"organisation": True, str(group.pk): True}
    group.refresh_from_db()
    assert group.assured_at < timezone.now() - dt.timedelta(days=YEAR - 1)


def test_ended_service_leaves_the_search(confirmation_page, club, find):
    confirmation_page.press("ended", club.pk)
    assert find(q="perhekerho").total == 0
    club.refresh_from_db()
    assert club.status == "archived"


def test_services_of_other_organisations_cannot_be_confirmed_or_ended(confirmation_page, vake):
    other = confirm_days_ago(cast.service("Neuvola", vake), YEAR)
    seen = form_values(confirmation_page.forms[0])
    confirmation_page.browser.post(confirmation_page.path, seen | {"ended": other.pk})
    confirmation_page.browser.post(confirmation_page.path, seen | {"confirm": "1", "services": [other.pk]})
    other.refresh_from_db()
    assert other.status == "published"
    assert other.assured_at < timezone.now() - dt.timedelta(days=YEAR - 1)


def test_reports_are_answered_only_after_login(confirmation_page, club, kivivuori):
    """A person to whom the mail was forwarded must not write to readers in the name of the organisation."""
    report_mistake(
        organisation=club.organisation,
        service=club,
        kind="phone",
        text="Numero ei vastaa.",
        email="lukija@example.org",
        language="fi",
    )
    page = confirmation_page.read()
    assert "Numero ei vastaa." not in page.main.text
    assert page.main.all("a", href=view_url("reports:answer", kivivuori.pk))
    confirmation_page.browser.post(
        confirmation_page.path, {"report": MistakeReport.objects.get().pk, "decision": "answer", "text": "Hei"}
    )
    assert MistakeReport.objects.get().state == "open"


# The link


def test_link_expires_with_the_membership(confirmation_page):
    Membership.objects.all().delete()
    assert "Linkki ei ole enää voimassa" in confirmation_page.read(status=404).main.text
    assert confirmation_page.browser.post(confirmation_page.path, {"confirm": "1"}).status_code == 404


def test_link_expires_with_the_organisation(confirmation_page, kivivuori):
    Organisation.objects.update(status="archived")
    confirmation_page.read(status=404)
    assert confirmation_page.browser.post(confirmation_page.path, {"confirm": "1"}).status_code == 404
    Organisation.objects.update(status="published")
    confirmation_page.read()


def test_invalid_tokens_are_not_found(confirmation_page, satu):
    membership = Membership.objects.get()
    for token in (
        "",
        "x",
        confirmation_page.path.split("/")[-2] + "a",
        signing.dumps(membership.pk, salt="something else"),
    ):
        path = confirmation_page.path.rsplit("/", 2)[0] + f"/{token}/"
        assert Client().get(path).status_code == 404


def test_link_is_valid_for_four_months(confirmation_page, monkeypatch):
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + 119 * 24 * 3600)
    confirmation_page.read()
    monkeypatch.setattr(signing.time, "time", lambda: real() + 121 * 24 * 3600)
    confirmation_page.read(status=404)


def test_page_is_not_cached_or_indexed(confirmation_page):
    assert "no-store" in confirmation_page.page.response["Cache-Control"]
    assert "noindex" in confirmation_page.page.one("meta", name="robots")["content"]


@pytest.mark.parametrize("number", [1, 12])
def test_query_count_does_not_grow_with_services(club, kivivuori, new_emails, number, django_assert_num_queries):
    for service in cast.services(number, kivivuori):
        confirm_days_ago(service, YEAR)
    page = ConfirmationPage(new_emails)
    with django_assert_num_queries(15):
        page.read()


@pytest.fixture
def check_index():
    from django.core.management import call_command

    return lambda: call_command("check_index")
