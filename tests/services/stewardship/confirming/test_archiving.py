"""Unconfirmed services are marked for readers and later archived, after members and coordinators were warned."""

import datetime as dt

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from organisations.models import Membership, Organisation, User
from services.actions.confirm import archive_services, confirm
from services.models import Service
from tests import cast
from tests.admin_client import form_values
from tests.html_page import Page, view_url
from tests.services.stewardship.editing.service_form import EditorClient

from .reminders import age_records, confirm_days_ago, run_remind

YEAR = 365


@pytest.fixture
def club(kivivuori, satu):
    confirm_days_ago(kivivuori, 1)
    return confirm_days_ago(cast.service({"fi": "Perhekerho", "sv": "Familjeklubb"}, kivivuori), 1)


def test_readers_see_missing_confirmation_after_the_grace_period(club, open_page, find, kivivuori):
    confirm_days_ago(cast.service("Perhekerho toinen", kivivuori), 1)
    confirm_days_ago(club, YEAR + 80)
    assert "Tietoja ei ole tarkistettu ajoissa" not in open_page(club).main.text
    assert find(q="perhekerho").names == ["Perhekerho", "Perhekerho toinen"]
    confirm_days_ago(club, YEAR + 95)
    assert "Tietoja ei ole tarkistettu ajoissa" in open_page(club).main.text
    assert "Tietoja ei ole tarkistettu ajoissa" in find(q="perhekerho").main.text
    assert find(q="perhekerho kerho").total == 2


def test_unconfirmed_service_is_archived_after_another_year_and_coordinators_are_mailed(
    club, satu, kaisa, find, new_emails
):
    confirm_days_ago(club, 2 * YEAR - 35)
    run_remind()
    new_emails()
    age_records(10)
    run_remind()
    (_to_member, warning) = new_emails()
    assert warning.to == ["kaisa@vake.example"]
    last_day = date_format(timezone.localdate() + dt.timedelta(days=30), "SHORT_DATE_FORMAT")
    assert "Ne poistuvat hausta, jos" in warning.text
    assert f"- Perhekerho (Kivivuoren perhetalo, {last_day})" in warning.text
    age_records(20)
    run_remind()
    assert new_emails() == [] and find(q="perhekerho").names == ["Perhekerho"]
    age_records(15)
    run_remind()
    (email,) = new_emails()
    assert "ovat poistuneet hausta" in email.text and "- Perhekerho" in email.text
    assert find(q="perhekerho").total == 0
    # Its members see it on their page, until it is back.
    page = EditorClient(satu).open(view_url("dashboard:account"))
    assert "Palvelu on poistunut hausta" in page.section("tasks").text and "Perhekerho" in page.section("tasks").text
    run_remind()
    assert new_emails() == []
    Service.objects.update(status="published")
    assert "Palvelu on poistunut hausta" not in EditorClient(satu).open(view_url("dashboard:account")).main.text


def test_members_are_warned_once_a_month_before_and_can_confirm(kivivuori, club, satu, kaisa, new_emails, client, find):
    User.objects.filter(pk=satu.pk).update(language="sv")
    # The warning is sent although Satu was mailed about another service days ago.
    other = confirm_days_ago(cast.service("Vertaisryhmä", kivivuori), YEAR)
    confirm_days_ago(club, 2 * YEAR - 32)
    run_remind()
    new_emails()
    age_records(2)
    run_remind()
    (warning, _to_kaisa) = new_emails()
    assert warning.to == ["satu@kivivuori.example"]
    assert warning.subject == "Tjänster försvinner snart ur sökningen: Kivivuoren perhetalo"
    last_day = date_format(timezone.localdate() + dt.timedelta(days=30), "SHORT_DATE_FORMAT")
    assert f"- Familjeklubb (den {last_day})" in warning.text
    assert f"- {other.name_fi} (den" not in warning.text and f"- {other.name_fi} (" in warning.text
    run_remind()
    age_records(10)
    run_remind()
    assert new_emails() == []
    form = Page(client.get(warning.links[0])).main.one("form", class_="confirm-form")
    client.post(warning.links[0], form_values(form) | {"confirm": "1", "services": [club.pk, other.pk]})
    age_records(40)
    run_remind()
    assert find(q="perhekerho").names == ["Perhekerho"]


def test_new_member_is_warned_of_the_same_day(club, satu, kaisa, new_emails):
    confirm_days_ago(club, 2 * YEAR - 20)
    run_remind()
    age_records(12)
    new_emails()
    Membership.objects.create(user=cast.create_user("pekka@kivivuori.example"), organisation=club.organisation)
    run_remind()
    (warning,) = new_emails()
    assert warning.to == ["pekka@kivivuori.example"]
    last_day = date_format(timezone.localdate() + dt.timedelta(days=18), "SHORT_DATE_FORMAT")
    assert f"- Perhekerho ({last_day})" in warning.text


def test_service_confirmed_after_the_warning_is_not_archived(club, kaisa, find):
    confirm_days_ago(club, 2 * YEAR - 20)
    run_remind()
    confirm_days_ago(club, 1)
    age_records(40)
    run_remind()
    assert find(q="perhekerho").names == ["Perhekerho"]


def test_service_confirmed_during_the_run_is_not_archived(club, satu, kaisa, find, new_emails, monkeypatch):
    confirm_days_ago(club, 2 * YEAR)
    group = confirm_days_ago(cast.service("Vertaisryhmä", club.organisation), 2 * YEAR)
    run_remind()
    age_records(31)
    new_emails()

    def confirm_and_archive(**arguments):
        confirm(organisation=club.organisation, services=[club.pk], by=satu, now=timezone.now())
        return archive_services(**arguments)

    monkeypatch.setattr("services.actions.remind.archive_services", confirm_and_archive)
    assert "archived: 1 services" in run_remind()
    assert find(q="perhekerho").names == ["Perhekerho"] and find(q="vertaisryhmä").total == 0
    (email,) = new_emails()
    assert f"- {group}" in email.text and f"- {club}" not in email.text


def test_service_published_again_without_confirmation_is_warned_about_again(club, satu, kaisa, find, new_emails):
    confirm_days_ago(club, 2 * YEAR)
    run_remind()
    age_records(31)
    run_remind()
    new_emails()
    Service.objects.update(status="published")
    age_records(1)
    run_remind()
    assert sorted(mail.to[0] for mail in new_emails()) == ["kaisa@vake.example", "satu@kivivuori.example"]
    age_records(29)
    run_remind()
    assert new_emails() == [] and find(q="perhekerho").names == ["Perhekerho"]
    age_records(2)
    run_remind()
    (email,) = new_emails()
    assert "ovat poistuneet hausta" in email.text
    assert find(q="perhekerho").total == 0


def test_coordinators_are_mailed_once_about_an_unconfirmed_organisation(kivivuori, satu, kaisa, open_page, new_emails):
    confirm_days_ago(kivivuori, 2 * YEAR - 5)
    run_remind()
    assert [mail.to for mail in new_emails()] == [["satu@kivivuori.example"]]
    age_records(10)
    run_remind()
    (mail,) = new_emails()
    assert mail.to == ["kaisa@vake.example"]
    assert "mikään organisaatio ei poistu hakemistosta itsestään" in mail.text
    assert "- Kivivuoren perhetalo (tarkistettu viimeksi" in mail.text
    age_records(100)
    run_remind()
    assert new_emails() == []
    assert "Tietoja ei ole tarkistettu ajoissa" in open_page(kivivuori).main.text
    # Somebody wakes up, and falls asleep again.
    confirm_days_ago(kivivuori, 1)
    run_remind()
    age_records(2 * YEAR)
    run_remind()
    assert "kaisa@vake.example" in [mail.to[0] for mail in new_emails()]


def test_coordinators_are_mailed_about_an_organisation_without_members(kivivuori, kaisa, new_emails):
    Organisation.objects.update(created_at=timezone.now() - dt.timedelta(days=YEAR - 1))
    run_remind()
    assert new_emails() == []
    age_records(2)
    run_remind()
    (mail,) = new_emails()
    assert "- Kivivuoren perhetalo (tietoja ei ole tarkistettu)" in mail.text


def test_coordinators_are_not_mailed_about_imported_organisations(kivivuori, kaisa, new_emails):
    kivivuori.references.create(system="ptv", identifier="1")
    confirm_days_ago(kivivuori, 3 * YEAR)
    run_remind()
    assert new_emails() == []


def test_all_coordinators_are_mailed_about_nationwide_organisations(helpline, kaisa, sirkka, new_emails):
    confirm_days_ago(helpline, 3 * YEAR)
    run_remind()
    assert [mail.to for mail in new_emails()] == [["kaisa@vake.example"]]


def test_first_run_archives_nothing(club, kaisa, find):
    confirm_days_ago(club, 5 * YEAR)
    run_remind()
    assert find(q="perhekerho").names == ["Perhekerho"]


def test_imported_service_is_marked_but_not_archived(club, kaisa, find):
    club.references.create(system="ptv", identifier="1")
    confirm_days_ago(club, 2 * YEAR)
    for _run in range(3):
        run_remind()
        age_records(40)
    assert find(q="perhekerho").names == ["Perhekerho"]
