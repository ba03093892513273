"""Silence has consequences: what nobody confirms is marked, then put away, and never by surprise."""

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


def test_after_the_time_of_grace_readers_see_that_nobody_confirmed_it(club, open_page, find, kivivuori):
    confirm_days_ago(cast.service("Perhekerho toinen", kivivuori), 1)
    confirm_days_ago(club, YEAR + 80)
    assert "Tietoja ei ole tarkistettu ajoissa" not in open_page(club).main.text
    assert find(q="perhekerho").names == ["Perhekerho", "Perhekerho toinen"]
    confirm_days_ago(club, YEAR + 95)
    assert "Tietoja ei ole tarkistettu ajoissa" in open_page(club).main.text
    assert "Tietoja ei ole tarkistettu ajoissa" in find(q="perhekerho").main.text
    assert find(q="perhekerho kerho").total == 2


def test_what_nobody_confirms_for_another_year_is_put_away_and_coordinators_know_before_and_after(
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
    (told,) = new_emails()
    assert "ovat poistuneet hausta" in told.text and "- Perhekerho" in told.text
    assert find(q="perhekerho").total == 0
    # Its members see it on their page, until it is back.
    page = EditorClient(satu).open(view_url("dashboard:account"))
    assert "Palvelu on poistunut hausta" in page.section("tasks").text and "Perhekerho" in page.section("tasks").text
    run_remind()
    assert new_emails() == []
    Service.objects.update(status="published")
    assert "Palvelu on poistunut hausta" not in EditorClient(satu).open(view_url("dashboard:account")).main.text


def test_a_month_before_it_is_put_away_its_members_are_warned_once_and_one_press_keeps_it(
    kivivuori, club, satu, kaisa, new_emails, client, find
):
    User.objects.filter(pk=satu.pk).update(language="sv")
    # Satu had a mail about another service days ago: this one waits for nothing.
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
    form = Page(client.get(warning.links[0])).main.one("form", class_="keeping")
    client.post(warning.links[0], form_values(form) | {"confirm": "1", "services": [club.pk, other.pk]})
    age_records(40)
    run_remind()
    assert find(q="perhekerho").names == ["Perhekerho"]


def test_who_became_a_member_after_the_first_warning_is_told_the_same_day(club, satu, kaisa, new_emails):
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


def test_a_service_that_is_confirmed_after_the_warning_stays(club, kaisa, find):
    confirm_days_ago(club, 2 * YEAR - 20)
    run_remind()
    confirm_days_ago(club, 1)
    age_records(40)
    run_remind()
    assert find(q="perhekerho").names == ["Perhekerho"]


def test_a_service_that_is_confirmed_while_the_run_lasts_stays(club, satu, kaisa, find, new_emails, monkeypatch):
    confirm_days_ago(club, 2 * YEAR)
    group = confirm_days_ago(cast.service("Vertaisryhmä", club.organisation), 2 * YEAR)
    run_remind()
    age_records(31)
    new_emails()

    def after_somebody_confirmed(**asked):
        confirm(organisation=club.organisation, services=[club.pk], by=satu, now=timezone.now())
        return archive_services(**asked)

    monkeypatch.setattr("services.actions.remind.archive_services", after_somebody_confirmed)
    assert "archived: 1 services" in run_remind()
    assert find(q="perhekerho").names == ["Perhekerho"] and find(q="vertaisryhmä").total == 0
    (told,) = new_emails()
    assert f"- {group}" in told.text and f"- {club}" not in told.text


def test_what_is_brought_back_unconfirmed_is_warned_of_anew(club, satu, kaisa, find, new_emails):
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
    (told,) = new_emails()
    assert "ovat poistuneet hausta" in told.text
    assert find(q="perhekerho").total == 0


def test_coordinators_hear_once_of_an_organisation_that_nobody_confirms_and_it_stays(
    kivivuori, satu, kaisa, open_page, new_emails
):
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


def test_coordinators_hear_of_an_organisation_that_nobody_ever_confirmed_or_cares_for(kivivuori, kaisa, new_emails):
    Organisation.objects.update(created_at=timezone.now() - dt.timedelta(days=YEAR - 1))
    run_remind()
    assert new_emails() == []
    age_records(2)
    run_remind()
    (mail,) = new_emails()
    assert "- Kivivuoren perhetalo (tietoja ei ole tarkistettu)" in mail.text


def test_of_an_organisation_that_another_system_keeps_coordinators_hear_nothing(kivivuori, kaisa, new_emails):
    kivivuori.references.create(system="ptv", identifier="1")
    confirm_days_ago(kivivuori, 3 * YEAR)
    run_remind()
    assert new_emails() == []


def test_coordinators_of_everywhere_hear_of_what_works_everywhere(helpline, kaisa, sirkka, new_emails):
    confirm_days_ago(helpline, 3 * YEAR)
    run_remind()
    assert [mail.to for mail in new_emails()] == [["kaisa@vake.example"]]


def test_nothing_is_put_away_by_the_first_run_ever(club, kaisa, find):
    confirm_days_ago(club, 5 * YEAR)
    run_remind()
    assert find(q="perhekerho").names == ["Perhekerho"]


def test_what_another_system_keeps_is_marked_but_stays(club, kaisa, find):
    club.references.create(system="ptv", identifier="1")
    confirm_days_ago(club, 2 * YEAR)
    for _run in range(3):
        run_remind()
        age_records(40)
    assert find(q="perhekerho").names == ["Perhekerho"]
