"""`manage.py remind`: whoever looks after information is asked in time, never twice, and silence has consequences."""

import pytest
from django.core.management import CommandError

from organisations.models import Membership, Organisation, User
from services.actions.report_mistake import report_mistake
from services.models import MistakeReport, Reminder, Service
from tests import cast

from .reminders import confirmed, pass_days, run

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


def test_reports_about_an_organisation_in_the_archive_go_to_those_who_can_read_them(kivivuori, club, kaisa, mails):
    report(club)
    Organisation.objects.update(status="archived")
    run()
    assert [mail.to for mail in mails()] == [["kaisa@vake.example"]]


def test_who_becomes_a_member_is_told_of_what_is_still_open(club, mails):
    report(club)
    run()
    mails()
    Membership.objects.create(user=cast.person("pekka@kivivuori.example"), organisation=club.organisation)
    run()
    assert [mail.to for mail in mails()] == [["pekka@kivivuori.example"]]


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
