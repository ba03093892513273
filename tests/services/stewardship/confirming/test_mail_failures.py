"""`manage.py remind` when mails fail: no mail is lost or sent twice, and a failure does not affect other mails."""

import datetime as dt

import pytest
from django.core.management import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from organisations.models import Membership
from services.actions import mails as sending
from services.actions.report_mistake import report_mistake
from services.models import Reminder
from tests import cast

from .reminders import age_records, confirm_days_ago, run_remind

YEAR = 365
SATU, PEKKA, KAISA = "satu@kivivuori.example", "pekka@kivivuori.example", "kaisa@vake.example"


@pytest.fixture
def club(kivivuori, satu):
    confirm_days_ago(kivivuori, 1)
    return confirm_days_ago(cast.service("Perhekerho", kivivuori), 1)


@pytest.fixture
def pekka(club):
    """The other member of Kivivuori."""
    user = cast.create_user(PEKKA)
    Membership.objects.create(user=user, organisation=club.organisation)
    return user


@pytest.fixture
def unknown(mailbox):
    """Addresses that the mail server rejects for now."""
    return mailbox.rejected_addresses


@pytest.fixture
def send(monkeypatch):
    """Have something else happen when a mail to an address is sent, until `send.again()`."""

    class Sending:
        def __init__(self):
            self.how = {}
            really = sending.TemplateMail.send
            monkeypatch.setattr(
                sending.TemplateMail, "send", lambda mail: self.how.get(mail.to.email, lambda _mail: really(mail))(mail)
            )

        def fails(self, email, problem):
            def fail(_mail):
                raise problem

            self.how[email] = fail

        def again(self):
            self.how.clear()

    return Sending()


def create_report(club):
    return report_mistake(
        organisation=club.organisation, service=club, kind="phone", text="Ei vastaa.", email="", language="fi"
    )


def run_with_failures(*, failed=1):
    with pytest.raises(CommandError, match=f"^{failed} mails could not be sent; the next run tries again"):
        run_remind()


def mail_recipients(mails):
    return sorted(mail.to[0] for mail in mails())


def test_next_run_mails_a_report_only_to_the_member_whose_mail_failed(club, pekka, kaisa, unknown, new_emails):
    create_report(club)
    unknown.add(SATU)
    run_with_failures()
    assert mail_recipients(new_emails) == [PEKKA]
    unknown.clear()
    run_remind()
    assert mail_recipients(new_emails) == [SATU]
    run_remind()
    assert new_emails() == []


def test_next_run_reminds_only_the_member_whose_mail_failed(club, pekka, unknown, new_emails):
    confirm_days_ago(club, YEAR)
    unknown.add(SATU)
    run_with_failures()
    assert mail_recipients(new_emails) == [PEKKA]
    unknown.clear()
    run_remind()
    assert mail_recipients(new_emails) == [SATU]


def test_coordinator_is_mailed_about_archived_services_after_a_failure(club, kaisa, unknown, new_emails):
    confirm_days_ago(club, 2 * YEAR)
    run_remind()
    age_records(31)
    new_emails()
    unknown.add(KAISA)
    for _night in range(3):
        run_with_failures()
        age_records(1)
    club.refresh_from_db()
    assert club.status == "archived"
    assert new_emails() == []
    unknown.clear()
    run_remind()
    (mail,) = new_emails()
    assert mail.to == [KAISA]
    assert "ovat poistuneet hausta" in mail.text and "- Perhekerho" in mail.text
    run_remind()
    assert new_emails() == []


def test_late_warning_names_the_postponed_day(club, kaisa, sirkka, unknown, new_emails):
    sirkka.coordinates.set(kaisa.coordinates.all())
    confirm_days_ago(club, 2 * YEAR)
    unknown.add(KAISA)
    run_with_failures()
    age_records(12)
    new_emails()
    unknown.clear()
    run_remind()
    (mail,) = new_emails()
    assert mail.to == [KAISA]
    day = date_format(timezone.localdate() + dt.timedelta(days=18), "SHORT_DATE_FORMAT")
    assert f"- Perhekerho (Kivivuoren perhetalo, {day})" in mail.text


def test_archived_service_is_not_mailed_after_a_month_of_failures(club, kaisa, unknown, new_emails):
    confirm_days_ago(club, 2 * YEAR)
    run_remind()
    age_records(31)
    new_emails()
    unknown.add(KAISA)
    run_with_failures()
    unknown.clear()
    age_records(31)
    run_remind()
    assert new_emails() == []


def test_service_published_again_is_not_mailed_as_archived(club, kaisa, unknown, new_emails):
    confirm_days_ago(club, 2 * YEAR)
    run_remind()
    age_records(31)
    unknown.add(KAISA)
    run_with_failures()
    unknown.clear()
    new_emails()
    club.status = "published"
    club.save()
    confirm_days_ago(club, 0)
    run_remind()
    assert new_emails() == []


def test_service_confirmed_before_the_retry_needs_no_mail(club, satu, unknown, new_emails):
    confirm_days_ago(club, YEAR)
    unknown.add(SATU)
    run_with_failures()
    unknown.clear()
    confirm_days_ago(club, 0)
    run_remind()
    assert new_emails() == []


def test_next_run_continues_after_an_interrupted_run(club, satu, pekka, send, new_emails):
    confirm_days_ago(club, YEAR)
    send.fails(PEKKA, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        run_remind()
    assert mail_recipients(new_emails) == [SATU]
    send.again()
    run_remind()
    assert mail_recipients(new_emails) == [PEKKA]


@pytest.mark.parametrize(
    "problem", [ValueError(SATU), OSError(SATU), UnicodeError(SATU)], ids=lambda one: type(one).__name__
)
def test_failure_of_a_mail_does_not_stop_the_others(club, satu, pekka, send, new_emails, caplog, problem):
    confirm_days_ago(club, YEAR)
    other = cast.organisation("Toinen yhdistys")
    Membership.objects.create(user=cast.create_user("olli@toinen.example"), organisation=other)
    confirm_days_ago(other, YEAR)
    send.fails(SATU, problem)
    run_with_failures()
    assert mail_recipients(new_emails) == ["olli@toinen.example", PEKKA]
    assert f"user {satu.pk} was not sent: {type(problem).__name__}" in caplog.text
    assert SATU not in caplog.text
    send.again()
    run_remind()
    assert mail_recipients(new_emails) == [SATU]


def test_record_deleted_during_the_run_is_not_mailed(club, satu, pekka, send, new_emails):
    confirm_days_ago(club, YEAR)
    # The service is deleted after Satu's mail and before Pekka's.
    send.how[SATU] = lambda _mail: club.delete()
    run_with_failures()
    assert new_emails() == []
    send.again()
    run_remind()
    assert new_emails() == []


def test_dry_run_counts_the_same_mails(club, pekka, kaisa, new_emails):
    confirm_days_ago(club, 2 * YEAR)
    create_report(club)
    counted = run_remind("--dry-run")
    assert new_emails() == [] and not Reminder.objects.exists()
    assert run_remind() == counted.replace("would be ", "")
    age_records(31)
    new_emails()
    noted = list(Reminder.objects.values())
    counted = run_remind("--dry-run")
    club.refresh_from_db()
    assert "1 mails to coordinators; would be archived: 1 services" in counted and club.status == "published"
    assert new_emails() == [] and list(Reminder.objects.values()) == noted
    assert run_remind() == counted.replace("would be ", "")


def test_query_count_does_not_grow_with_records(kaisa, new_emails):
    def add(first, last):
        for number in range(first, last):
            organisation = cast.organisation(f"Yhdistys {number}")
            for name in ("a", "b"):
                user = cast.create_user(f"{name}{number}@yhdistys.example")
                Membership.objects.create(user=user, organisation=organisation)
            for days in (YEAR, 2 * YEAR):
                create_report(confirm_days_ago(cast.service(f"Palvelu {number}", organisation, indexed=False), days))
            confirm_days_ago(organisation, 3 * YEAR)

    def query_count(*options):
        with CaptureQueriesContext(connection) as captured:
            run_remind(*options)
        return sum(query["sql"].startswith("SELECT") for query in captured.captured_queries)

    add(0, 1)
    few = query_count("--dry-run")
    assert query_count() == few
    add(1, 8)
    assert query_count("--dry-run") == few
    assert query_count() == few
    assert len(new_emails()) > 30
