"""What a service is good for is counted by month, and nothing is stored of who used it."""

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


def counts(of=None, **which):
    """What is counted of a service, without zeros; of the organisation's own page where there is none."""
    row = UsageCount.objects.filter(service=of, **which).first()
    return {name: value for name in MEASURES if (value := getattr(row, name))} if row else {}


@pytest.fixture
def ask(client):
    """Ask for an address with headers: ask("finding:results", q="ero", came_from="/fi/", Purpose="prefetch")."""

    def ask(what, *args, method="get", lang="fi", came_from="", headers=None, **query):
        path = view_url(what, *args, lang=lang, **query) if ":" in what else what
        headers = {**(headers or {}), **({"Referer": SITE + came_from} if came_from else {})}
        return getattr(client, method)(path, headers=headers)

    return ask


def results_url(**query):
    return view_url("finding:results", **query)


# Shown


def test_services_on_a_page_of_results_are_shown_once_each(ask, club, kivivuori):
    other = cast.service("Perheilta", kivivuori)
    ask("finding:results")
    ask("finding:results", q="perhekerho")
    assert (counts(club), counts(other)) == ({"shown": 2}, {"shown": 1})


def test_all_of_a_page_are_counted_in_one_statement(ask, kivivuori):
    cast.services(25, kivivuori)
    with CaptureQueriesContext(connection) as statements:
        ask("finding:results")
    written = [one["sql"] for one in statements if "INSERT INTO services_usagecount" in one["sql"]]
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
def test_a_search_that_goes_on_shows_nothing_anew(ask, club, kerava, before, query, times):
    cast.set_area(club, "Kerava")
    cast.index_for_search(club)
    ask("finding:results", came_from=results_url(**before), **query)
    assert counts(club) == ({"shown": times} if times else {})


def test_the_next_page_shows_what_stands_on_it(ask, kivivuori):
    cast.services(25, kivivuori)
    ask("finding:results", sort="name")
    ask("finding:results", sort="name", page=2, came_from=results_url(sort="name"))
    ask("finding:results", sort="name", came_from=results_url(sort="name", page=2))
    assert set(UsageCount.objects.values_list("shown", flat=True)) == {1}
    assert UsageCount.objects.count() == 25


# Opened


def test_members_who_look_at_what_they_keep_are_not_counted(club, parish, satu, pirjo, client, ask):
    others = cast.service("Partio", parish)
    client.force_login(satu)
    for record in (club, club.organisation, others):
        ask(cast.record_url(record))
    assert (counts(club), counts(organisation=club.organisation)) == ({}, {})
    assert counts(others) == {"opened": 1}
    client.force_login(pirjo)
    ask(cast.record_url(club))
    assert counts(club) == {"opened": 1}


def test_a_page_that_is_opened_counts(ask, club, kivivuori):
    ask(club.get_absolute_url())
    ask(club.get_absolute_url(), came_from=results_url())
    ask(kivivuori.get_absolute_url())
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
def test_what_nobody_asked_for_does_not_count(ask, club, headers):
    for page in (club.get_absolute_url(), results_url()):
        assert ask(page, headers=headers).status_code == 200
    assert counts(club) == {}


def test_a_phone_whose_name_ends_like_a_robots_counts(ask, club):
    ask(club.get_absolute_url(), headers={"User-Agent": "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) Chrome/120"})
    assert counts(club) == {"opened": 1}


def test_asking_for_the_head_does_not_count(ask, club):
    ask(club.get_absolute_url(), method="head")
    ask("finding:results", method="head")
    assert counts(club) == {}


def test_the_same_page_in_another_language_is_no_second_opening(ask, club):
    ask(cast.record_url(club, "sv"), came_from=cast.record_url(club, "fi"))
    ask(club.get_absolute_url(), came_from=view_url("reports:service-thanks", club.pk, "perhekerho"))
    assert counts(club) == {}


def test_an_old_address_leads_on_and_counts_once(client, club):
    client.get(view_url("finding:service", club.pk, "vanha-nimi"), follow=True)
    assert counts(club) == {"opened": 1}


# Saved, and contact links


@pytest.fixture
def send_use(client):
    """What the script sends: tell("contacted", "service-12")."""

    def tell(use, of, browser=client, **headers):
        headers = {"Origin": SITE, "Sec-Fetch-Site": "same-origin", **headers}
        return browser.post(view_url("usage:count"), {"use": use, "of": of}, headers=headers).status_code

    return tell


def test_saving_and_contacting_count(send_use, club, kivivuori):
    assert send_use("saved", f"service-{club.pk}") == 204
    assert send_use("contacted", f"service-{club.pk}") == 204
    assert send_use("contacted", f"organisation-{kivivuori.pk}") == 204
    assert counts(club) == {"saved": 1, "contacted": 1}
    assert counts(None, organisation=kivivuori) == {"contacted": 1}


def test_it_needs_no_token_and_leaves_no_cookie(club):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        view_url("usage:count"), {"use": "saved", "of": f"service-{club.pk}"}, headers={"Origin": SITE}
    )
    assert (answer.status_code, list(answer.cookies)) == (204, [])
    assert counts(club) == {"saved": 1}


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "", "http://testserver.example"])
def test_another_sites_pages_count_nothing(send_use, club, origin):
    assert send_use("contacted", f"service-{club.pk}", Origin=origin) == 400
    assert counts(club) == {}


def test_robots_count_nothing(send_use, club):
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
def test_nothing_else_can_be_told(send_use, club, use, of):
    assert send_use(use, of.format(pk=club.pk)) == 400
    assert not UsageCount.objects.exists()


def test_what_is_not_public_is_not_counted(send_use, kivivuori):
    draft = cast.service("Luonnos", kivivuori, status="draft", indexed=False)
    assert send_use("saved", f"service-{draft.pk}") == 204
    assert send_use("saved", "service-123456789") == 204
    assert not UsageCount.objects.exists()


# What is stored, and for how long


def test_only_numbers_by_month_are_stored(ask, club):
    ask(club.get_absolute_url())
    assert {field.name for field in UsageCount._meta.fields} == {"id", "month", "organisation", "service", *MEASURES}
    assert UsageCount.objects.get().month == timezone.localdate().replace(day=1)


def test_counting_never_fails_a_page(ask, club, caplog):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE services_usagecount RENAME TO gone")
    assert ask(club.get_absolute_url()).status_code == 200
    assert ask("finding:results").status_code == 200
    assert "was not counted" in caplog.text


def test_counts_are_forgotten_after_twenty_six_months(club, kivivuori, capsys):
    today = timezone.localdate()
    for months in (0, 26, 27):
        month = add_months(today, -months).replace(day=1)
        UsageCount.objects.create(organisation=kivivuori, service=club, month=month, opened=1)
    expected = UsageCount.objects.filter(month__gte=add_months(today, -26)).count()
    call_command("purge_searches", "--dry-run")
    assert UsageCount.objects.count() == 3
    call_command("purge_searches")
    assert UsageCount.objects.count() == expected < 3
