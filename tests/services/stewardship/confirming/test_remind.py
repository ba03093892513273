"""`manage.py remind` reminds members of due confirmations and reports, and coordinators of open matters."""

import pytest
from django.core.management import CommandError

from organisations.models import Membership, Organisation, User
from services.actions.report_mistake import report_mistake
from services.models import MistakeReport, Reminder, Service
from tests import cast

from .reminders import age_records, confirm_days_ago, run_remind

YEAR = 365


@pytest.fixture
def club(kivivuori, satu):
    confirm_days_ago(kivivuori, 1)
    return confirm_days_ago(cast.service({"fi": "Perhekerho", "sv": "Familjeklubb"}, kivivuori), 1)


def test_recently_confirmed_records_are_not_mailed(club, new_emails):
    confirm_days_ago(club, YEAR - 40)
    run_remind()
    assert new_emails() == []


def test_members_are_reminded_a_month_before_the_day(club, satu, new_emails):
    confirm_days_ago(club, YEAR - 20)
    assert run_remind().startswith("sent: 1 reminders, 0 mails about reports, 0 mails to coordinators")
    (message,) = new_emails()
    assert message.to == ["satu@kivivuori.example"]
    assert message.subject == "Pitävätkö tiedot yhä paikkansa: Kivivuoren perhetalo"
    assert "- Perhekerho (tarkistettu viimeksi" in message.text
    # The organisation itself was confirmed yesterday.
    assert "- Kivivuoren perhetalo" not in message.text


def test_mail_is_in_the_language_of_its_recipient(club, satu, new_emails):
    User.objects.update(language="sv")
    confirm_days_ago(club, YEAR)
    run_remind()
    (message,) = new_emails()
    assert message.subject == "Stämmer uppgifterna fortfarande: Kivivuoren perhetalo"
    assert "- Familjeklubb (senast kontrollerad" in message.text
    assert message.links[0].startswith("/sv/")


def test_members_are_reminded_before_on_and_after_the_day(club, new_emails):
    confirm_days_ago(club, YEAR - 30)
    mailed_days = []
    for day in range(0, 200, 5):
        run_remind()
        if new_emails():
            mailed_days.append(day - 30)
        age_records(5)
    assert mailed_days == [-30, 0, 45]


def test_second_run_on_the_same_day_sends_nothing(club, new_emails):
    confirm_days_ago(club, YEAR)
    run_remind()
    assert len(new_emails()) == 1
    assert run_remind().startswith("sent: 0 reminders")
    assert new_emails() == []


def test_all_due_records_are_in_one_mail(kivivuori, club, satu, new_emails):
    confirm_days_ago(kivivuori, YEAR)
    confirm_days_ago(club, YEAR)
    confirm_days_ago(cast.service("Vertaisryhmä", kivivuori), YEAR - 10)
    run_remind()
    (message,) = new_emails()
    assert [line[2:].split(" (")[0] for line in message.text.splitlines() if line.startswith("- ")] == [
        "Kivivuoren perhetalo",
        "Perhekerho",
        "Vertaisryhmä",
    ]


def test_records_due_soon_after_wait_for_the_next_mail(kivivuori, club, new_emails):
    confirm_days_ago(club, YEAR)
    run_remind()
    new_emails()
    other = confirm_days_ago(cast.service("Vertaisryhmä", kivivuori), YEAR)
    age_records(5)
    run_remind()
    assert new_emails() == []
    age_records(10)
    run_remind()
    (message,) = new_emails()
    assert f"- {other}" in message.text


def test_former_members_are_not_reminded(club, new_emails):
    confirm_days_ago(club, YEAR)
    Membership.objects.all().delete()
    run_remind()
    assert new_emails() == []


def test_unpublished_records_are_not_mailed(kivivuori, club, new_emails):
    confirm_days_ago(club, YEAR)
    Service.objects.update(status="draft")
    run_remind()
    assert new_emails() == []


def test_service_with_a_shorter_cycle_is_due_earlier(club, new_emails):
    Service.objects.update(confirm_months=3)
    confirm_days_ago(club, 100)
    run_remind()
    assert len(new_emails()) == 1


def test_dry_run_sends_and_stores_nothing(club, new_emails):
    confirm_days_ago(club, 3 * YEAR)
    assert run_remind("--dry-run").startswith("would be sent: 1 reminders")
    assert new_emails() == [] and not Reminder.objects.exists()
    run_remind()
    assert len(new_emails()) == 1


def test_failed_mail_is_sent_by_the_next_run(club, settings, new_emails):
    confirm_days_ago(club, YEAR)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    with pytest.raises(CommandError, match="1 mails could not be sent"):
        run_remind()
    settings.EMAIL_PORT = port
    run_remind()
    assert len(new_emails()) == 1


def test_nothing_is_sent_without_the_address_of_the_site(club, settings, new_emails):
    settings.SITE_ADDRESS = ""
    confirm_days_ago(club, YEAR)
    with pytest.raises(CommandError, match="PALVELUKARTTA_ADDRESS"):
        run_remind()
    assert new_emails() == []


# Reports of readers


def create_report(club, **facts):
    return report_mistake(
        organisation=club.organisation,
        service=club,
        kind="phone",
        text="Numero ei vastaa.",
        email="lukija@example.org",
        language="fi",
        **facts,
    )


def test_members_are_mailed_once_about_a_report(club, satu, new_emails):
    create_report(club)
    run_remind()
    (message,) = new_emails()
    assert message.to == ["satu@kivivuori.example"]
    assert message.subject == "Lukija huomasi virheen: Kivivuoren perhetalo"
    # The mail does not contain the report, which is read on the page.
    assert "Numero" not in message.text and "lukija@example.org" not in message.text
    run_remind()
    assert new_emails() == []


def test_coordinators_are_mailed_about_reports_open_for_two_weeks(club, kaisa, new_emails):
    create_report(club)
    run_remind()
    new_emails()
    age_records(13)
    run_remind()
    assert new_emails() == []
    age_records(2)
    run_remind()
    (message,) = new_emails()
    assert message.to == ["kaisa@vake.example"]
    assert "- Kivivuoren perhetalo: Perhekerho," in message.text
    run_remind()
    assert new_emails() == []


def test_coordinators_are_mailed_at_once_about_reports_without_members(club, satu, kaisa, new_emails):
    satu.is_active = False
    satu.save()
    create_report(club)
    run_remind()
    (message,) = new_emails()
    assert message.to == ["kaisa@vake.example"]
    run_remind()
    assert new_emails() == []


def test_reports_about_an_archived_organisation_are_mailed_to_coordinators(kivivuori, club, kaisa, new_emails):
    create_report(club)
    Organisation.objects.update(status="archived")
    run_remind()
    assert [mail.to for mail in new_emails()] == [["kaisa@vake.example"]]


def test_new_member_is_mailed_about_open_reports(club, new_emails):
    create_report(club)
    run_remind()
    new_emails()
    Membership.objects.create(user=cast.create_user("pekka@kivivuori.example"), organisation=club.organisation)
    run_remind()
    assert [mail.to for mail in new_emails()] == [["pekka@kivivuori.example"]]


def test_closed_report_is_not_mailed(club, kaisa, new_emails):
    create_report(club)
    MistakeReport.objects.update(state="closed", email="")
    age_records(20)
    run_remind()
    assert new_emails() == []


def test_superuser_is_mailed_where_there_is_no_coordinator(club, new_emails):
    User.objects.create_superuser("pia@palvelukartta.example", "salasana")
    create_report(club)
    age_records(20)
    run_remind()
    assert {message.to[0] for message in new_emails()} == {"satu@kivivuori.example", "pia@palvelukartta.example"}
