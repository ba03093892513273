"""Silence has consequences: what nobody confirms is marked, then put away, and never by surprise."""

import datetime as dt

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from organisations.models import Membership, Organisation, User
from services.actions.confirm import archive_services, confirm
from services.models import Service
from tests import cast
from tests.admin_client import values
from tests.html_page import Page, address
from tests.services.stewardship.editing.service_form import Writer

from .reminders import confirmed, pass_days, run

YEAR = 365


@pytest.fixture
def club(kivivuori, satu):
    confirmed(kivivuori, 1)
    return confirmed(cast.service({"fi": "Perhekerho", "sv": "Familjeklubb"}, kivivuori), 1)


def test_after_the_time_of_grace_readers_see_that_nobody_confirmed_it(club, open_page, find, kivivuori):
    confirmed(cast.service("Perhekerho toinen", kivivuori), 1)
    confirmed(club, YEAR + 80)
    assert "Tietoja ei ole tarkistettu ajoissa" not in open_page(club).main.text
    assert find(q="perhekerho").names == ["Perhekerho", "Perhekerho toinen"]
    confirmed(club, YEAR + 95)
    assert "Tietoja ei ole tarkistettu ajoissa" in open_page(club).main.text
    assert "Tietoja ei ole tarkistettu ajoissa" in find(q="perhekerho").main.text
    assert find(q="perhekerho kerho").total == 2


def test_what_nobody_confirms_for_another_year_is_put_away_and_coordinators_know_before_and_after(
    club, satu, kaisa, find, mails
):
    confirmed(club, 2 * YEAR - 35)
    run()
    mails()
    pass_days(10)
    run()
    (_to_member, warning) = mails()
    assert warning.to == ["kaisa@vake.example"]
    last_day = date_format(timezone.localdate() + dt.timedelta(days=30), "SHORT_DATE_FORMAT")
    assert "Ne poistuvat hausta, jos" in warning.text
    assert f"- Perhekerho (Kivivuoren perhetalo, {last_day})" in warning.text
    pass_days(20)
    run()
    assert mails() == [] and find(q="perhekerho").names == ["Perhekerho"]
    pass_days(15)
    run()
    (told,) = mails()
    assert "ovat poistuneet hausta" in told.text and "- Perhekerho" in told.text
    assert find(q="perhekerho").total == 0
    # Its members see it on their page, until it is back.
    page = Writer(satu).open(address("dashboard:account"))
    assert "Palvelu on poistunut hausta" in page.section("tasks").text and "Perhekerho" in page.section("tasks").text
    run()
    assert mails() == []
    Service.objects.update(status="published")
    assert "Palvelu on poistunut hausta" not in Writer(satu).open(address("dashboard:account")).main.text


def test_a_month_before_it_is_put_away_its_members_are_warned_once_and_one_press_keeps_it(
    kivivuori, club, satu, kaisa, mails, client, find
):
    User.objects.filter(pk=satu.pk).update(language="sv")
    # Satu had a mail about another service days ago: this one waits for nothing.
    other = confirmed(cast.service("Vertaisryhmä", kivivuori), YEAR)
    confirmed(club, 2 * YEAR - 32)
    run()
    mails()
    pass_days(2)
    run()
    (warning, _to_kaisa) = mails()
    assert warning.to == ["satu@kivivuori.example"]
    assert warning.subject == "Tjänster försvinner snart ur sökningen: Kivivuoren perhetalo"
    last_day = date_format(timezone.localdate() + dt.timedelta(days=30), "SHORT_DATE_FORMAT")
    assert f"- Familjeklubb (den {last_day})" in warning.text
    assert f"- {other.name_fi} (den" not in warning.text and f"- {other.name_fi} (" in warning.text
    run()
    pass_days(10)
    run()
    assert mails() == []
    form = Page(client.get(warning.links[0])).main.one("form", class_="keeping")
    client.post(warning.links[0], values(form) | {"confirm": "1", "services": [club.pk, other.pk]})
    pass_days(40)
    run()
    assert find(q="perhekerho").names == ["Perhekerho"]


def test_who_became_a_member_after_the_first_warning_is_told_the_same_day(club, satu, kaisa, mails):
    confirmed(club, 2 * YEAR - 20)
    run()
    pass_days(12)
    mails()
    Membership.objects.create(user=cast.person("pekka@kivivuori.example"), organisation=club.organisation)
    run()
    (warning,) = mails()
    assert warning.to == ["pekka@kivivuori.example"]
    last_day = date_format(timezone.localdate() + dt.timedelta(days=18), "SHORT_DATE_FORMAT")
    assert f"- Perhekerho ({last_day})" in warning.text


def test_a_service_that_is_confirmed_after_the_warning_stays(club, kaisa, find):
    confirmed(club, 2 * YEAR - 20)
    run()
    confirmed(club, 1)
    pass_days(40)
    run()
    assert find(q="perhekerho").names == ["Perhekerho"]


def test_a_service_that_is_confirmed_while_the_run_lasts_stays(club, satu, kaisa, find, mails, monkeypatch):
    confirmed(club, 2 * YEAR)
    group = confirmed(cast.service("Vertaisryhmä", club.organisation), 2 * YEAR)
    run()
    pass_days(31)
    mails()

    def after_somebody_confirmed(**asked):
        confirm(organisation=club.organisation, services=[club.pk], by=satu, now=timezone.now())
        return archive_services(**asked)

    monkeypatch.setattr("services.actions.remind.archive_services", after_somebody_confirmed)
    assert "archived: 1 services" in run()
    assert find(q="perhekerho").names == ["Perhekerho"] and find(q="vertaisryhmä").total == 0
    (told,) = mails()
    assert f"- {group}" in told.text and f"- {club}" not in told.text


def test_what_is_brought_back_unconfirmed_is_warned_of_anew(club, satu, kaisa, find, mails):
    confirmed(club, 2 * YEAR)
    run()
    pass_days(31)
    run()
    mails()
    Service.objects.update(status="published")
    pass_days(1)
    run()
    assert sorted(mail.to[0] for mail in mails()) == ["kaisa@vake.example", "satu@kivivuori.example"]
    pass_days(29)
    run()
    assert mails() == [] and find(q="perhekerho").names == ["Perhekerho"]
    pass_days(2)
    run()
    (told,) = mails()
    assert "ovat poistuneet hausta" in told.text
    assert find(q="perhekerho").total == 0


def test_coordinators_hear_once_of_an_organisation_that_nobody_confirms_and_it_stays(
    kivivuori, satu, kaisa, open_page, mails
):
    confirmed(kivivuori, 2 * YEAR - 5)
    run()
    assert [mail.to for mail in mails()] == [["satu@kivivuori.example"]]
    pass_days(10)
    run()
    (mail,) = mails()
    assert mail.to == ["kaisa@vake.example"]
    assert "mikään organisaatio ei poistu hakemistosta itsestään" in mail.text
    assert "- Kivivuoren perhetalo (tarkistettu viimeksi" in mail.text
    pass_days(100)
    run()
    assert mails() == []
    assert "Tietoja ei ole tarkistettu ajoissa" in open_page(kivivuori).main.text
    # Somebody wakes up, and falls asleep again.
    confirmed(kivivuori, 1)
    run()
    pass_days(2 * YEAR)
    run()
    assert "kaisa@vake.example" in [mail.to[0] for mail in mails()]


def test_coordinators_hear_of_an_organisation_that_nobody_ever_confirmed_or_cares_for(kivivuori, kaisa, mails):
    Organisation.objects.update(created_at=timezone.now() - dt.timedelta(days=YEAR - 1))
    run()
    assert mails() == []
    pass_days(2)
    run()
    (mail,) = mails()
    assert "- Kivivuoren perhetalo (tietoja ei ole tarkistettu)" in mail.text


def test_of_an_organisation_that_another_system_keeps_coordinators_hear_nothing(kivivuori, kaisa, mails):
    kivivuori.references.create(system="ptv", identifier="1")
    confirmed(kivivuori, 3 * YEAR)
    run()
    assert mails() == []


def test_coordinators_of_everywhere_hear_of_what_works_everywhere(helpline, kaisa, sirkka, mails):
    confirmed(helpline, 3 * YEAR)
    run()
    assert [mail.to for mail in mails()] == [["kaisa@vake.example"]]


def test_nothing_is_put_away_by_the_first_run_ever(club, kaisa, find):
    confirmed(club, 5 * YEAR)
    run()
    assert find(q="perhekerho").names == ["Perhekerho"]


def test_what_another_system_keeps_is_marked_but_stays(club, kaisa, find):
    club.references.create(system="ptv", identifier="1")
    confirmed(club, 2 * YEAR)
    for _run in range(3):
        run()
        pass_days(40)
    assert find(q="perhekerho").names == ["Perhekerho"]
