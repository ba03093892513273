"""`manage.py remind`: whoever looks after information is asked in time, never twice, and silence has consequences."""

import datetime as dt

import pytest
from django.core.management import CommandError
from django.utils import timezone
from django.utils.formats import date_format

from organisations.models import Membership, User
from services.actions.report_mistake import report_mistake
from services.models import MistakeReport, Reminder, Service
from tests import cast
from tests.desk import values
from tests.page import Page

from .post import confirmed, pass_days, run

YEAR = 365


@pytest.fixture
def club(kivivuori, satu):
    confirmed(kivivuori, 1)
    return confirmed(cast.service({"fi": "Perhekerho", "sv": "Familjeklubb"}, kivivuori), 1)


def test_what_was_confirmed_lately_is_left_in_peace(club, mails):
    confirmed(club, YEAR - 40)
    run()
    assert mails() == []


def test_a_month_before_the_day_its_members_are_asked(club, satu, mails):
    confirmed(club, YEAR - 20)
    assert run().startswith("sent: 1 reminders, 0 mails about reports, 0 mails to coordinators")
    (message,) = mails()
    assert message.to == ["satu@kivivuori.example"]
    assert message.subject == "Pitävätkö tiedot yhä paikkansa: Kivivuoren perhetalo"
    assert "- Perhekerho (tarkistettu viimeksi" in message.text
    # The organisation itself was confirmed yesterday.
    assert "- Kivivuoren perhetalo" not in message.text


def test_a_mail_speaks_the_language_of_who_reads_it(club, satu, mails):
    User.objects.update(language="sv")
    confirmed(club, YEAR)
    run()
    (message,) = mails()
    assert message.subject == "Stämmer uppgifterna fortfarande: Kivivuoren perhetalo"
    assert "- Familjeklubb (senast kontrollerad" in message.text
    assert message.links[0].startswith("/sv/")


def test_before_at_and_after_the_day_once_each(club, mails):
    confirmed(club, YEAR - 30)
    asked = []
    for day in range(0, 200, 5):
        run()
        if mails():
            asked.append(day - 30)
        pass_days(5)
    assert asked == [-30, 0, 45]


def test_nobody_is_asked_twice_by_two_runs_of_a_day(club, mails):
    confirmed(club, YEAR)
    run()
    assert len(mails()) == 1
    assert run().startswith("sent: 0 reminders")
    assert mails() == []


def test_one_mail_for_all_that_is_due(kivivuori, club, satu, mails):
    confirmed(kivivuori, YEAR)
    confirmed(club, YEAR)
    confirmed(cast.service("Vertaisryhmä", kivivuori), YEAR - 10)
    run()
    (message,) = mails()
    assert [line[2:].split(" (")[0] for line in message.text.splitlines() if line.startswith("- ")] == [
        "Kivivuoren perhetalo",
        "Perhekerho",
        "Vertaisryhmä",
    ]


def test_what_becomes_due_within_days_waits_for_the_next_mail(kivivuori, club, mails):
    confirmed(club, YEAR)
    run()
    mails()
    other = confirmed(cast.service("Vertaisryhmä", kivivuori), YEAR)
    pass_days(5)
    run()
    assert mails() == []
    pass_days(10)
    run()
    (message,) = mails()
    assert f"- {other}" in message.text


def test_who_left_the_organisation_is_not_asked(club, mails):
    confirmed(club, YEAR)
    Membership.objects.all().delete()
    run()
    assert mails() == []


def test_what_is_not_public_is_not_asked_about(kivivuori, club, mails):
    confirmed(club, YEAR)
    Service.objects.update(status="draft")
    run()
    assert mails() == []


def test_a_service_with_a_shorter_cycle_is_asked_about_earlier(club, mails):
    Service.objects.update(confirm_months=3)
    confirmed(club, 100)
    run()
    assert len(mails()) == 1


def test_a_dry_run_sends_and_stores_nothing(club, mails):
    confirmed(club, 3 * YEAR)
    assert run("--dry-run").startswith("would be sent: 1 reminders")
    assert mails() == [] and not Reminder.objects.exists()
    run()
    assert len(mails()) == 1


def test_a_mail_that_cannot_be_sent_is_tried_again_by_the_next_run(club, settings, mails):
    confirmed(club, YEAR)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    with pytest.raises(CommandError, match="1 mails could not be sent"):
        run()
    settings.EMAIL_PORT = port
    run()
    assert len(mails()) == 1


def test_without_the_address_of_the_site_nothing_is_sent(club, settings, mails):
    settings.SITE_ADDRESS = ""
    confirmed(club, YEAR)
    with pytest.raises(CommandError, match="PALVELUKARTTA_ADDRESS"):
        run()
    assert mails() == []


# Silence


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
    club, kaisa, find, mails
):
    confirmed(club, 2 * YEAR - 35)
    run()
    mails()
    pass_days(10)
    run()
    (_to_member, warning) = mails()
    assert warning.to == ["kaisa@vake.example"]
    assert "poistuvat hausta kuukauden kuluttua" in warning.text and "- Perhekerho" in warning.text
    pass_days(20)
    run()
    assert mails() == [] and find(q="perhekerho").names == ["Perhekerho"]
    pass_days(15)
    run()
    (told,) = mails()
    assert "ovat poistuneet hausta" in told.text and "- Perhekerho" in told.text
    assert find(q="perhekerho").total == 0
    run()
    assert mails() == []


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


# Reports of readers


def report(club, **more):
    return report_mistake(
        organisation=club.organisation,
        service=club,
        kind="phone",
        text="Numero ei vastaa.",
        email="lukija@example.org",
        language="fi",
        **more,
    )


def test_members_are_told_of_a_report_once(club, satu, mails):
    report(club)
    run()
    (message,) = mails()
    assert message.to == ["satu@kivivuori.example"]
    assert message.subject == "Lukija huomasi virheen: Kivivuoren perhetalo"
    # What was said, and by whom, is read on the page: mails lie around.
    assert "Numero" not in message.text and "lukija@example.org" not in message.text
    run()
    assert mails() == []


def test_coordinators_are_told_of_what_nobody_settled_in_two_weeks(club, kaisa, mails):
    report(club)
    run()
    mails()
    pass_days(13)
    run()
    assert mails() == []
    pass_days(2)
    run()
    (message,) = mails()
    assert message.to == ["kaisa@vake.example"]
    assert "- Kivivuoren perhetalo: Perhekerho," in message.text
    run()
    assert mails() == []


def test_coordinators_are_told_at_once_of_what_nobody_else_can_answer(club, satu, kaisa, mails):
    satu.is_active = False
    satu.save()
    report(club)
    run()
    (message,) = mails()
    assert message.to == ["kaisa@vake.example"]
    run()
    assert mails() == []


def test_a_settled_report_bothers_nobody(club, kaisa, mails):
    report(club)
    MistakeReport.objects.update(state="closed", email="")
    pass_days(20)
    run()
    assert mails() == []


def test_where_nobody_coordinates_the_superuser_is_told(club, mails):
    User.objects.create_superuser("pia@palvelukartta.example", "salasana")
    report(club)
    pass_days(20)
    run()
    assert {message.to[0] for message in mails()} == {"satu@kivivuori.example", "pia@palvelukartta.example"}
