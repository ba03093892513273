"""Metadata of pages for search engines and link previews."""

import json
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.html_page import Page, view_url

LANGUAGES = ("fi", "sv", "en")
SITE = "http://testserver"


@pytest.fixture
def club(kivivuori):
    return cast.service({"fi": "Perhekerho", "sv": "Familjeklubb", "en": "Family club"}, kivivuori)


def canonical(page):
    return page.one("link", rel="canonical")["href"]


def alternates(page):
    return {link["hreflang"]: link["href"] for link in page.all("link", rel="alternate")}


def open_graph(page):
    """Open Graph properties of a page: {"title": ..., "image": ...}."""
    return {tag["property"].removeprefix("og:"): tag["content"] for tag in page.all("meta", property=True)}


def robots(page):
    return [tag["content"] for tag in page.all("meta", name="robots")]


def json_ld(page):
    """The schema.org data of a page."""
    script = page.one("script", type="application/ld+json")
    return json.loads("".join(script.children))


# URLs


@pytest.mark.parametrize("view", ["finding:home", "finding:results", "profiles:organisations", "about", "privacy"])
def test_page_has_its_canonical_url_and_those_of_other_languages(visit, db, view):
    urls = {code: SITE + view_url(view, lang=code) for code in LANGUAGES}
    others = f"{SITE}/" if view == "finding:home" else urls["fi"]
    for code in LANGUAGES:
        page = visit(view, lang=code)
        assert canonical(page) == urls[code]
        assert alternates(page) == {**urls, "x-default": others}


@pytest.mark.parametrize("record", ["club", "kivivuori"])
def test_record_url_has_the_name_in_each_language(request, open_page, client, record):
    record = request.getfixturevalue(record)
    urls = alternates(open_page(record, lang="sv"))
    for code in LANGUAGES:
        assert urls[code] == SITE + cast.record_url(record, code)
        # Without a redirect.
        assert canonical(Page(client.get(urlsplit(urls[code]).path))) == urls[code]


def test_unknown_url_is_not_offered_to_search_engines(client, db):
    for path in ("/fi/eiole/", "/fi/palvelut/999999-x/"):
        page = Page(client.get(path), 404)
        assert page.all("link", rel="canonical") == page.all("link", rel="alternate") == []
        assert robots(page) == ["noindex"]


# Filtered lists


@pytest.mark.parametrize(
    "query", [{"q": "kerho"}, {"sector": "ngo"}, {"age": 5}, {"q": "x", "page": 2}, {"sort": "name"}]
)
def test_filtered_results_are_noindex_and_link_to_the_unfiltered_list(visit, db, query):
    page = visit("finding:results", **query)
    assert robots(page) == ["noindex, follow"]
    assert canonical(page) == SITE + view_url("finding:results")


def test_unfiltered_results_and_their_later_pages_are_indexed(visit, kivivuori):
    cast.services(21, kivivuori)
    assert robots(visit("finding:results")) == []
    second = visit("finding:results", page=2)
    assert robots(second) == []
    assert canonical(second) == f"{SITE}{view_url('finding:results')}?page=2"


# Shared links


def test_shared_link_shows_the_page_in_its_language(open_page, kivivuori, client):
    club = cast.service("Kerho & kahvi", kivivuori, summary='Sanovat: "tule vain"')
    page = open_page(club)
    preview = open_graph(page)
    assert preview["title"] == "Kerho & kahvi"
    assert page.one("title").text == "Kerho & kahvi – Palvelukartta"
    assert preview["description"] == page.one("meta", name="description")["content"] == 'Sanovat: "tule vain"'
    assert (preview["url"], preview["locale"]) == (canonical(page), "fi_FI")
    assert client.get(urlsplit(preview["image"]).path)["Content-Type"] == "image/png"


# schema.org


@pytest.mark.parametrize(
    ("sector", "kind", "provider"),
    [
        ("county", "GovernmentService", "GovernmentOrganization"),
        ("ngo", "Service", "NGO"),
        ("parish", "Service", "Organization"),
    ],
)
def test_service_data_has_its_type_and_provider(open_page, db, sector, kind, provider):
    giver = cast.organisation("Antaja", sector)
    place = cast.location(
        "Talo", giver, street="Katu 1", postal_code="01300", city="Vantaa", latitude=60.3, longitude=25.0
    )
    place.schedules.create(weekday=1, opens_at="09:00", closes_at="15:30")
    club = cast.service("Kerho", giver, places=[place], age_min=0, age_max=6, cost="free", languages=["fi", "so"])
    data = json_ld(open_page(club))

    assert (data["@type"], data["name"], data["url"]) == (kind, "Kerho", SITE + cast.record_url(club))
    assert data["provider"] == {
        "@type": provider,
        "@id": SITE + cast.record_url(giver),
        "url": SITE + cast.record_url(giver),
        "name": "Antaja",
    }
    assert data["audience"] == {"@type": "PeopleAudience", "suggestedMinAge": 0, "suggestedMaxAge": 6}
    assert data["areaServed"] == [{"@type": "AdministrativeArea", "name": "Vantaa"}]
    assert data["offers"]["price"] == 0
    by_language, by_place = data["availableChannel"]
    assert by_language["availableLanguage"] == ["fi", "so"]
    assert by_place["serviceLocation"]["address"]["streetAddress"] == "Katu 1"
    assert by_place["serviceLocation"]["openingHoursSpecification"] == [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": "https://schema.org/Monday",
            "opens": "09:00",
            "closes": "15:30",
        }
    ]


def test_organisation_data_has_no_persons(open_page, kivivuori):
    cast.contact("Toimisto", kivivuori, name="Tiina Työntekijä", email="tiina@kivivuori.example")
    data = json_ld(open_page(kivivuori))
    assert (data["@type"], data["@id"]) == ("NGO", SITE + cast.record_url(kivivuori))
    assert "iina" not in json.dumps(data)


def test_site_data_has_the_search_url(visit, db, settings):
    settings.SITE_OPERATOR = "Kartan pitäjä ry"
    data = json_ld(visit("finding:home", lang="sv"))
    assert data["@type"] == "WebSite"
    assert data["publisher"]["name"] == "Kartan pitäjä ry"
    assert data["potentialAction"]["target"]["urlTemplate"] == f"{SITE}/sv/tjanster/?q={{search_term_string}}"


def test_name_cannot_break_out_of_the_data(open_page, kivivuori):
    evil = "</script><script>alert(1)</script><!--"
    page = open_page(cast.service(evil, kivivuori))
    assert json_ld(page)["name"] == evil
    raw = page.response.content.decode()
    assert evil not in raw
    assert raw.count("<script") == raw.count("</script>")


def test_description_costs_no_queries_per_place(open_page, kivivuori):
    def queries(places):
        club = cast.service("Kerho", kivivuori, places=places)
        with CaptureQueriesContext(connection) as captured:
            open_page(club)
        return len(captured)

    single_location = [cast.location("Talo", kivivuori)]
    assert queries(single_location) == queries(
        [*single_location, *(cast.location(f"Talo {n}", kivivuori) for n in range(5))]
    )


def test_page_without_a_description_has_the_default_one(visit, open_page, kivivuori):
    """Without a record, the preview describes the site."""
    site = visit("finding:home").one("meta", name="description")["content"]
    bare = cast.organisation("Apu ry")
    for record in (bare, cast.service("Neuvonta", bare)):
        page = open_page(cast.record_url(record))
        assert page.one("meta", name="description")["content"] == site
        assert page.one("meta", property="og:description")["content"] == site


def test_contacts_page_has_a_description_of_its_own(visit, kivivuori):
    described = [
        visit(name).one("meta", property="og:description")["content"] for name in ("finding:home", "profiles:contacts")
    ]
    assert described[1] and described[0] != described[1]
