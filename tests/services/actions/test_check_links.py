"""A command checks links at a limited rate; editors and coordinators see those that are broken."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from services.actions.check_links import _LOCK_ID, CrawlLimits, check_links
from services.models import LinkCheck
from services.models.link_check import broken_links_of_organisations
from tests import cast
from tests.html_page import view_url
from tests.services.outbound.website import blocked_site, site
from tests.services.stewardship.editing.service_form import EditorClient

__all__ = ["blocked_site", "site"]
TODAY = timezone.now()
QUICK = CrawlLimits(pause=0, idle_timeout=0.3, max_response_seconds=1)


@pytest.fixture
def check():
    """Check links some days from today."""

    def check_on_day(day=0, **options):
        return check_links(
            now=TODAY + dt.timedelta(days=day), **{"limits": QUICK, "sleep": lambda seconds: None} | options
        )

    return check_on_day


@pytest.fixture
def club(kivivuori, site):
    return cast.service("Perhekerho", kivivuori, website=site.address("/kerho"))


def state(address):
    link_check = LinkCheck.objects.get(address=address)
    return link_check.result, link_check.problem, link_check.failed_days


def test_published_websites_are_checked_in_each_language(check, site, kivivuori):
    for path in ("/fi", "/sv", "/talo", "/paikka"):
        site.pages[path] = b"here"
    cast.service("Kerho", kivivuori, website={"fi": site.address("/fi"), "sv": site.address("/sv")})
    cast.service("Luonnos", kivivuori, website=site.address("/draft"), status="draft", indexed=False)
    cast.location("Talo", kivivuori, website=site.address("/paikka"))
    cast.location("Vanha talo", kivivuori, website=site.address("/old"), archived=True)
    cast.organisation("Toinen", website=site.address("/talo"))
    cast.organisation("Hakija", website=site.address("/waiting"), status="draft")
    assert check().works == 4
    assert {path for _method, path in site.asked} == {"/fi", "/sv", "/talo", "/paikka"}
    assert "Palvelukartta" in site.headers["User-Agent"]


@pytest.mark.parametrize(
    ("answer", "result", "problem"),
    [
        (b"here", "works", ""),
        ("no-head", "works", ""),
        ((301, {"Location": "/uusi"}), "works", ""),
        (404, "failed", "gone"),
        (410, "failed", "gone"),
        (401, "unclear", ""),
        (403, "unclear", ""),
        (429, "unclear", ""),
        (500, "unclear", ""),
        (503, "unclear", ""),
        ("slow", "unclear", ""),
        ((302, {"Location": "/kerho"}), "unclear", ""),
        ((302, {"Location": "http://169.254.169.254/latest"}), "failed", "private"),
        ((302, {"Location": "ftp://example.org/"}), "failed", "malformed"),
    ],
)
def test_result_of_each_response(check, site, club, answer, result, problem):
    site.pages |= {"/kerho": answer, "/uusi": b"here"}
    check()
    assert state(club.website)[:2] == (result, problem)


@pytest.mark.parametrize(
    ("website", "problem"),
    [
        ("http://127.0.0.1:1/", "private"),
        ("http://user:secret@example.org/", "malformed"),
        ("ftp://example.org/", "malformed"),
    ],
)
def test_unusable_addresses_fail(check, kivivuori, site, website, problem):
    cast.service("Kerho", kivivuori, website=website)
    check()
    assert state(website)[:2] == ("failed", problem)


def test_private_network_is_not_requested(check, blocked_site, kivivuori):
    cast.service("Kerho", kivivuori, website=blocked_site.address("/admin"))
    check()
    assert blocked_site.asked == []


def test_link_is_broken_after_failing_on_three_days(check, club):
    for day in range(3):
        assert not LinkCheck.objects.broken()
        check(day)
        check(day)  # a second run on the same day sends no request
    assert LinkCheck.objects.broken().get().failed_days == 3


def test_unclear_response_keeps_the_number_of_failed_days(check, site, club):
    for day, answer in enumerate((404, 404, 503)):
        site.pages["/kerho"] = answer
        check(day)
    assert state(club.website) == ("unclear", "gone", 2)


def test_page_that_works_again_resets_the_check(check, site, club):
    for day in range(4):
        check(day)
    site.pages["/kerho"] = b"back"
    check(4)
    assert state(club.website) == ("works", "", 0)


def test_working_page_is_checked_once_a_week(check, site, club):
    site.pages["/kerho"] = b"here"
    assert [check(day).works for day in (0, 1, 6, 7)] == [1, 0, 0, 1]


def test_addresses_never_checked_or_checked_longest_ago_come_first(check, site, kivivuori):
    pages = {name: site.address(f"/{name}") for name in ("new", "old", "older")}
    site.pages = {f"/{name}": b"here" for name in pages}
    for name, website in pages.items():
        cast.service(name, kivivuori, website=website)
        if name != "new":
            days = {"old": 20, "older": 30}[name]
            LinkCheck.objects.create(address=website, checked_at=TODAY - dt.timedelta(days=days), result="works")
    check(limits=CrawlLimits(max_addresses=2, pause=0))
    assert site.asked == [("HEAD", "/new"), ("HEAD", "/older")]


def test_requests_to_the_same_host_have_a_pause_between_them(check, site, kivivuori):
    for name in ("yksi", "kaksi"):
        site.pages[f"/{name}"] = b"here"
        cast.service(name, kivivuori, website=site.address(f"/{name}"))
    waits = []
    check(limits=CrawlLimits(pause=60), sleep=waits.append)
    (wait,) = waits
    assert 0 < wait <= 60


def test_run_ends_at_its_time_limit(check, site, club):
    totals = check(limits=CrawlLimits(max_run_seconds=0))
    assert (totals.unchecked, site.asked) == (1, [])


def test_dry_run_sends_no_request(check, site, club):
    assert check(dry_run=True).due == 1
    assert not site.asked and not LinkCheck.objects.exists()


def test_results_of_removed_links_are_deleted(check, club):
    check()
    type(club).objects.update(website_fi="")
    check(1)
    assert not LinkCheck.objects.exists()


def test_two_runs_at_the_same_time_are_refused(club):
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK_ID])
        with pytest.raises(CommandError, match="Another process"):
            call_command("check_links")
    finally:
        other.close()


def test_command_prints_the_totals(site, club, capsys):
    site.pages["/kerho"] = b"here"
    call_command("check_links", "--dry-run")
    call_command("check_links", "--most", "5")
    assert capsys.readouterr().out.splitlines() == [
        "1 addresses are due",
        "1 work, 0 failed, 0 have no clear result, 0 were not checked in time",
    ]


# Who sees broken links


@pytest.fixture
def broken(check, club, kivivuori, site):
    """The club's link and the house's have failed for three days."""
    place = cast.location("Perhetalo", kivivuori, website=site.address("/talo"))
    for day in (-2, -1, 0):
        check(day)
    return club, place


def test_editors_see_a_broken_link_in_the_list_and_beside_the_field(broken, satu, kivivuori, site):
    club, place = broken
    writer = EditorClient(satu)
    notices = [notice.text for notice in writer.list(kivivuori).main.all("p", class_="broken-link")]
    assert [site.address(path) in text for path, text in zip(("/talo", "/kerho"), notices, strict=True)] == [True, True]
    assert writer.edit(club).main.one(id="id_website_fi_broken")
    places = writer.open(view_url("editing:places", kivivuori.pk))
    assert "/talo" in places.main.one("p", class_="broken-link").text
    assert writer.open(view_url("editing:place", place.pk)).main.one(id="id_website_fi_broken")


def test_changed_address_is_no_longer_reported(broken, satu, kivivuori):
    club, place = broken
    assert {record for record, _link in broken_links_of_organisations([kivivuori.pk])} == {club, place}
    type(club).objects.filter(pk=club.pk).update(website_fi="https://www.kivivuori.example/")
    assert len(EditorClient(satu).list(kivivuori).main.all("p", class_="broken-link")) == 1
    assert {record for record, _link in broken_links_of_organisations([kivivuori.pk])} == {place}


def test_admin_lists_broken_links_with_their_records(broken, kaisa_admin):
    club, place = broken
    assert set(kaisa_admin.list(LinkCheck)) == {club.website, place.website}
    page = kaisa_admin.open("services_linkcheck_changelist")
    assert "Perhekerho" in page.text and "Perhetalo" in page.text
    LinkCheck.objects.filter(address=place.website).update(failed_days=1)
    assert kaisa_admin.list(LinkCheck) == [club.website]
    assert len(kaisa_admin.list(LinkCheck, state="failing")) == 2


def test_query_count_does_not_grow_with_broken_links(broken, satu, kivivuori, site, check):
    writer, path = EditorClient(satu), view_url("editing:services", kivivuori.pk)
    with CaptureQueriesContext(connection) as few:
        writer.open(path)
    for number in range(5):
        cast.service(f"Kerho {number}", kivivuori, website=site.address(f"/kerho-{number}"))
    for day in (3, 4, 5):
        check(day)
    with CaptureQueriesContext(connection) as many:
        assert len(writer.open(path).main.all("p", class_="broken-link")) == 7
    assert len(many) == len(few)
