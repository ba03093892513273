"""Use of services and organisations is counted by month, without storing who used them."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.core.freshness import add_months
from services.models import UsageCount
from tests import cast
from tests.html_page import view_url

MEASURES = ("shown", "opened", "saved", "listed", "contacted")
SITE = "http://testserver"


@pytest.fixture
def club(kivivuori):
    return cast.service("Perhekerho", kivivuori)


def counts(service=None, **conditions):
    """The counts of a service without zeros, or of the page of an organisation if it is None."""
    row = UsageCount.objects.filter(service=service, **conditions).first()
    return {name: value for name in MEASURES if (value := getattr(row, name))} if row else {}


@pytest.fixture
def get_page(client):
    """Request a page with headers: get_page("finding:results", q="ero", referer="/fi/")."""

    def get(name_or_path, *args, method="get", lang="fi", referer="", headers=None, **query):
        path = view_url(name_or_path, *args, lang=lang, **query) if ":" in name_or_path else name_or_path
        headers = {**(headers or {}), **({"Referer": SITE + referer} if referer else {})}
        return getattr(client, method)(path, headers=headers)

    return get


def results_url(**query):
    return view_url("finding:results", **query)


# Shown


def test_services_on_a_page_of_results_are_shown_once_each(get_page, club, kivivuori):
    other = cast.service("Perheilta", kivivuori)
    get_page("finding:results")
    get_page("finding:results", q="perhekerho")
    assert (counts(club), counts(other)) == ({"shown": 2}, {"shown": 1})


def test_all_services_of_a_page_are_counted_in_one_statement(get_page, kivivuori):
    cast.services(25, kivivuori)
    with CaptureQueriesContext(connection) as statements:
        get_page("finding:results")
    written = [statement["sql"] for statement in statements if "INSERT INTO services_usagecount" in statement["sql"]]
    assert len(written) == 1
    assert UsageCount.objects.count() == 20


@pytest.mark.parametrize(
    ("before", "query", "times"),
    [
        ({"q": "perhe"}, {"q": "perhe", "sort": "name"}, 0),
        ({"q": "perhe"}, {"q": "perhe", "sector": "ngo"}, 0),
        ({"q": "perhe", "page": 2}, {"q": "perhe"}, 0),
        ({"q": "perhe"}, {"q": "perhekerho"}, 1),
        ({}, {}, 0),
        ({"sector": "ngo"}, {"sector": "ngo", "age": 5}, 0),
        ({"municipality": "092"}, {"municipality": "245"}, 1),
    ],
)
def test_continued_search_does_not_count_services_again(get_page, club, kerava, before, query, times):
    cast.set_area(club, "Kerava")
    cast.index_for_search(club)
    get_page("finding:results", referer=results_url(**before), **query)
    assert counts(club) == ({"shown": times} if times else {})


def test_next_page_counts_only_its_own_services(get_page, kivivuori):
    cast.services(25, kivivuori)
    get_page("finding:results", sort="name")
    get_page("finding:results", sort="name", page=2, referer=results_url(sort="name"))
    get_page("finding:results", sort="name", referer=results_url(sort="name", page=2))
    assert set(UsageCount.objects.values_list("shown", flat=True)) == {1}
    assert UsageCount.objects.count() == 25


# Opened


def test_members_viewing_their_own_records_are_not_counted(club, parish, satu, pirjo, client, get_page):
    others = cast.service("Partio", parish)
    client.force_login(satu)
    for record in (club, club.organisation, others):
        get_page(cast.record_url(record))
    assert (counts(club), counts(organisation=club.organisation)) == ({}, {})
    assert counts(others) == {"opened": 1}
    client.force_login(pirjo)
    get_page(cast.record_url(club))
    assert counts(club) == {"opened": 1}


def test_opened_page_is_counted(get_page, club, kivivuori):
    get_page(club.get_absolute_url())
    get_page(club.get_absolute_url(), referer=results_url())
    get_page(kivivuori.get_absolute_url())
    assert counts(club) == {"opened": 2}
    assert counts(None, organisation=kivivuori) == {"opened": 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"Cache-Control": "max-age=0"},
        {"Cache-Control": "no-cache"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "python-requests/2.32"},
        {"User-Agent": "Palvelukartta (+https://palvelukartta.example)"},
    ],
)
def test_prefetches_reloads_and_robots_are_not_counted(get_page, club, headers):
    for page in (club.get_absolute_url(), results_url()):
        assert get_page(page, headers=headers).status_code == 200
    assert counts(club) == {}


def test_phone_with_a_name_like_a_robot_is_counted(get_page, club):
    get_page(club.get_absolute_url(), headers={"User-Agent": "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) Chrome/120"})
    assert counts(club) == {"opened": 1}


def test_head_request_is_not_counted(get_page, club):
    get_page(club.get_absolute_url(), method="head")
    get_page("finding:results", method="head")
    assert counts(club) == {}


def test_same_page_in_another_language_is_not_counted_again(get_page, club):
    get_page(cast.record_url(club, "sv"), referer=cast.record_url(club, "fi"))
    get_page(club.get_absolute_url(), referer=view_url("reports:service-thanks", club.pk, "perhekerho"))
    assert counts(club) == {}


def test_redirect_from_an_old_address_is_counted_once(client, club):
    client.get(view_url("finding:service", club.pk, "vanha-nimi"), follow=True)
    assert counts(club) == {"opened": 1}


# Saved, and contact links


@pytest.fixture
def send_use(client):
    """Send what the script of a page sends: send_use("contacted", "service-12")."""

    def send(use, of, browser=client, **headers):
        headers = {"Origin": SITE, "Sec-Fetch-Site": "same-origin", **headers}
        return browser.post(view_url("usage:count"), {"use": use, "of": of}, headers=headers).status_code

    return send


def test_saving_and_contacting_are_counted(send_use, club, kivivuori):
    assert send_use("saved", f"service-{club.pk}") == 204
    assert send_use("contacted", f"service-{club.pk}") == 204
    assert send_use("contacted", f"organisation-{kivivuori.pk}") == 204
    assert counts(club) == {"saved": 1, "contacted": 1}
    assert counts(None, organisation=kivivuori) == {"contacted": 1}


def test_counting_needs_no_csrf_token_and_sets_no_cookie(club):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        view_url("usage:count"), {"use": "saved", "of": f"service-{club.pk}"}, headers={"Origin": SITE}
    )
    assert (answer.status_code, list(answer.cookies)) == (204, [])
    assert counts(club) == {"saved": 1}


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "", "http://testserver.example"])
def test_requests_from_other_sites_are_not_counted(send_use, club, origin):
    assert send_use("contacted", f"service-{club.pk}", Origin=origin) == 400
    assert counts(club) == {}


def test_robots_are_not_counted(send_use, club):
    assert send_use("contacted", f"service-{club.pk}", **{"User-Agent": "SomeBot/1.0"}) == 204
    assert counts(club) == {}


@pytest.mark.parametrize(
    ("use", "of"),
    [
        ("opened", "service-{pk}"),
        ("shown", "service-{pk}"),
        ("", "service-{pk}"),
        ("saved", "person-{pk}"),
        ("saved", "service-"),
        ("saved", "service-{pk}; DROP TABLE"),
        ("saved", "service-99999999999999999999"),
    ],
)
def test_other_uses_and_targets_are_rejected(send_use, club, use, of):
    assert send_use(use, of.format(pk=club.pk)) == 400
    assert not UsageCount.objects.exists()


def test_unpublished_services_are_not_counted(send_use, kivivuori):
    draft = cast.service("Luonnos", kivivuori, status="draft", indexed=False)
    assert send_use("saved", f"service-{draft.pk}") == 204
    assert send_use("saved", "service-123456789") == 204
    assert not UsageCount.objects.exists()


# What is stored, and for how long


def test_only_numbers_by_month_are_stored(get_page, club):
    get_page(club.get_absolute_url())
    assert {field.name for field in UsageCount._meta.fields} == {"id", "month", "organisation", "service", *MEASURES}
    assert UsageCount.objects.get().month == timezone.localdate().replace(day=1)


def test_counting_failure_does_not_break_the_page(get_page, club, caplog):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE services_usagecount RENAME TO gone")
    assert get_page(club.get_absolute_url()).status_code == 200
    assert get_page("finding:results").status_code == 200
    assert "was not counted" in caplog.text


def test_counts_are_deleted_after_twenty_six_months(club, kivivuori, capsys):
    today = timezone.localdate()
    for months in (0, 26, 27):
        month = add_months(today, -months).replace(day=1)
        UsageCount.objects.create(organisation=kivivuori, service=club, month=month, opened=1)
    expected = UsageCount.objects.filter(month__gte=add_months(today, -26)).count()
    call_command("purge_searches", "--dry-run")
    assert UsageCount.objects.count() == 3
    call_command("purge_searches")
    assert UsageCount.objects.count() == expected < 3
