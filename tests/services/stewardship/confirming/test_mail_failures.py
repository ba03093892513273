"""`manage.py remind` when mails fail: none is lost, none comes twice, and nobody misses a mail for another's sake."""

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

from .reminders import confirmed, pass_days, run

YEAR = 365
SATU, PEKKA, KAISA = "satu@kivivuori.example", "pekka@kivivuori.example", "kaisa@vake.example"


@pytest.fixture
def club(kivivuori, satu):
    confirmed(kivivuori, 1)
    return confirmed(cast.service("Perhekerho", kivivuori), 1)


@pytest.fixture
def pekka(club):
    """The other one who looks after Kivivuori."""
    user = cast.person(PEKKA)
    Membership.objects.create(user=user, organisation=club.organisation)
    return user


@pytest.fixture
def unknown(mailbox):
    """Addresses that the mail server does not know for the time being."""
    return mailbox.unknown


@pytest.fixture
def send(monkeypatch):
    """Have something else happen when a mail to an address is sent, until `send.again()`."""

    class Sending:
        def __init__(self):
            self.how = {}
            really = sending.Mail.send
            monkeypatch.setattr(
                sending.Mail, "send", lambda mail: self.how.get(mail.to.email, lambda _mail: really(mail))(mail)
            )

        def fails(self, email, problem):
            def fail(_mail):
                raise problem

            self.how[email] = fail

        def again(self):
            self.how.clear()

    return Sending()


def reported(club):
    return report_mistake(
        organisation=club.organisation, service=club, kind="phone", text="Ei vastaa.", email="", language="fi"
    )


def run_in_vain(*, failed=1):
    with pytest.raises(CommandError, match=f"^{failed} mails could not be sent; the next run tries again"):
        run()


def got(mails):
    return sorted(mail.to[0] for mail in mails())


def test_of_two_members_only_the_one_who_missed_it_is_told_of_a_report_by_the_next_run(
    club, pekka, kaisa, unknown, mails
):
    reported(club)
    unknown.add(SATU)
    run_in_vain()
    assert got(mails) == [PEKKA]
    unknown.clear()
    run()
    assert got(mails) == [SATU]
    run()
    assert mails() == []


def test_of_two_members_only_the_one_who_missed_it_is_reminded_by_the_next_run(club, pekka, unknown, mails):
    confirmed(club, YEAR)
    unknown.add(SATU)
    run_in_vain()
    assert got(mails) == [PEKKA]
    unknown.clear()
    run()
    assert got(mails) == [SATU]


def test_coordinator_is_told_what_was_put_away_as_soon_as_mail_gets_through(club, kaisa, unknown, mails):
    confirmed(club, 2 * YEAR)
    run()
    pass_days(31)
    mails()
    unknown.add(KAISA)
    for _night in range(3):
        run_in_vain()
        pass_days(1)
    club.refresh_from_db()
    assert club.status == "archived"
    assert mails() == []
    unknown.clear()
    run()
    (mail,) = mails()
    assert mail.to == [KAISA]
    assert "ovat poistuneet hausta" in mail.text and "- Perhekerho" in mail.text
    run()
    assert mails() == []


def test_warning_that_comes_late_names_the_day_that_is_left(club, kaisa, sirkka, unknown, mails):
    sirkka.coordinates.set(kaisa.coordinates.all())
    confirmed(club, 2 * YEAR)
    unknown.add(KAISA)
    run_in_vain()
    pass_days(12)
    mails()
    unknown.clear()
    run()
    (mail,) = mails()
    assert mail.to == [KAISA]
    day = date_format(timezone.localdate() + dt.timedelta(days=18), "SHORT_DATE_FORMAT")
    assert f"- Perhekerho (Kivivuoren perhetalo, {day})" in mail.text


def test_after_a_month_without_mail_what_was_put_away_is_news_no_more(club, kaisa, unknown, mails):
    confirmed(club, 2 * YEAR)
    run()
    pass_days(31)
    mails()
    unknown.add(KAISA)
    run_in_vain()
    unknown.clear()
    pass_days(31)
    run()
    assert mails() == []


def test_what_was_brought_back_meanwhile_is_not_told_as_put_away(club, kaisa, unknown, mails):
    confirmed(club, 2 * YEAR)
    run()
    pass_days(31)
    unknown.add(KAISA)
    run_in_vain()
    unknown.clear()
    mails()
    club.status = "published"
    club.save()
    confirmed(club, 0)
    run()
    assert mails() == []


def test_what_is_confirmed_before_mail_gets_through_needs_no_mail(club, satu, unknown, mails):
    confirmed(club, YEAR)
    unknown.add(SATU)
    run_in_vain()
    unknown.clear()
    confirmed(club, 0)
    run()
    assert mails() == []


def test_run_that_dies_in_the_middle_is_as_if_it_had_not_come_so_far(club, satu, pekka, send, mails):
    confirmed(club, YEAR)
    send.fails(PEKKA, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        run()
    assert got(mails) == [SATU]
    send.again()
    run()
    assert got(mails) == [PEKKA]


@pytest.mark.parametrize(
    "problem", [ValueError(SATU), OSError(SATU), UnicodeError(SATU)], ids=lambda one: type(one).__name__
)
def test_whatever_goes_wrong_with_one_mail_all_others_go_out(club, satu, pekka, send, mails, caplog, problem):
    confirmed(club, YEAR)
    other = cast.organisation("Toinen yhdistys")
    Membership.objects.create(user=cast.person("olli@toinen.example"), organisation=other)
    confirmed(other, YEAR)
    send.fails(SATU, problem)
    run_in_vain()
    assert got(mails) == ["olli@toinen.example", PEKKA]
    assert f"user {satu.pk} was not sent: {type(problem).__name__}" in caplog.text
    assert SATU not in caplog.text
    send.again()
    run()
    assert got(mails) == [SATU]


def test_nobody_is_mailed_about_what_is_deleted_while_the_run_lasts(club, satu, pekka, send, mails):
    confirmed(club, YEAR)
    # Satu's is the first mail; before Pekka's the service is gone.
    send.how[SATU] = lambda _mail: club.delete()
    run_in_vain()
    assert mails() == []
    send.again()
    run()
    assert mails() == []


def test_dry_run_counts_what_a_run_then_sends(club, pekka, kaisa, mails):
    confirmed(club, 2 * YEAR)
    reported(club)
    counted = run("--dry-run")
    assert mails() == [] and not Reminder.objects.exists()
    assert run() == counted.replace("would be ", "")
    pass_days(31)
    mails()
    noted = list(Reminder.objects.values())
    counted = run("--dry-run")
    club.refresh_from_db()
    assert "1 mails to coordinators; would be archived: 1 services" in counted and club.status == "published"
    assert mails() == [] and list(Reminder.objects.values()) == noted
    assert run() == counted.replace("would be ", "")


def test_database_is_asked_as_often_for_many_as_for_few(kaisa, mails):
    def add(first, last):
        for number in range(first, last):
            made = cast.organisation(f"Yhdistys {number}")
            for name in ("a", "b"):
                user = cast.person(f"{name}{number}@yhdistys.example")
                Membership.objects.create(user=user, organisation=made)
            for days in (YEAR, 2 * YEAR):
                reported(confirmed(cast.service(f"Palvelu {number}", made, indexed=False), days))
            confirmed(made, 3 * YEAR)

    def asked(*options):
        with CaptureQueriesContext(connection) as captured:
            run(*options)
        return sum(query["sql"].startswith("SELECT") for query in captured.captured_queries)

    add(0, 1)
    few = asked("--dry-run")
    assert asked() == few
    add(1, 8)
    assert asked("--dry-run") == few
    assert asked() == few
    assert len(mails()) > 30
