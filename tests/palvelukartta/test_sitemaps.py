"""Sitemaps: exactly the public pages, in every language, in sections."""

import re
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from palvelukartta import sitemaps
from tests import cast

SITE = "http://testserver"


def addresses(response):
    assert response.status_code == 200
    return re.findall(r"<loc>(.*?)</loc>", response.content.decode())


@pytest.fixture
def read(client):
    """URLs of a section: read("services-sv"); of the index: read()."""

    def read(part=None, page=1):
        path = f"/sitemap-{part}.xml?p={page}" if part else "/sitemap.xml"
        return addresses(client.get(path))

    return read


def test_robots_are_told_where_it_is(client):
    assert f"Sitemap: {SITE}/sitemap.xml\n" in client.get("/robots.txt").content.decode()


def test_index_names_all_parts_and_their_pages(read, kivivuori, monkeypatch):
    cast.services(5, kivivuori)
    monkeypatch.setattr(sitemaps._LanguageSitemap, "limit", 2)
    parts = read()
    assert f"{SITE}/sitemap-services-fi.xml" in parts
    assert f"{SITE}/sitemap-services-fi.xml?p=3" in parts
    assert f"{SITE}/sitemap-services-fi.xml?p=4" not in parts
    assert {re.search(r"-(\w\w)\.xml", part)[1] for part in parts} == {"fi", "sv", "en"}
    assert len(read("services-fi", 1)) == 2


def test_every_address_is_a_page_without_detour(read, client, kivivuori):
    cast.service({"fi": "Perhekerho", "sv": "Familjeklubb"}, kivivuori)
    urls = [url for part in read() for url in addresses(client.get(part.removeprefix(SITE)))]
    assert len(urls) > 20
    assert len(urls) == len(set(urls))
    for url in urls:
        assert client.get(urlsplit(url).path).status_code == 200, url


def test_what_readers_cannot_see_is_left_out(read, kivivuori):
    club = cast.service("Kerho", kivivuori)
    cast.service("Luonnos", kivivuori, status="draft")
    cast.service("Päättynyt", kivivuori, valid_until="2020-01-01")
    cast.organisation("Luonnos", status="draft")
    assert read("services-fi") == [SITE + cast.record_url(club)]
    assert read("organisations-fi") == [SITE + cast.record_url(kivivuori)]


def test_address_names_its_other_languages(client, kivivuori):
    club = cast.service({"fi": "Perhekerho", "sv": "Familjeklubb"}, kivivuori)
    text = client.get("/sitemap-services-sv.xml").content.decode()
    for code in ("fi", "sv", "en"):
        assert f'hreflang="{code}" href="{SITE}{cast.record_url(club, code)}"' in text
    assert f'hreflang="x-default" href="{SITE}{cast.record_url(club, "fi")}"' in text


def test_bare_address_is_home_for_all_other_languages(client, db):
    text = client.get("/sitemap-pages-sv.xml").content.decode()
    assert f'hreflang="x-default" href="{SITE}/"' in text
    assert f'hreflang="x-default" href="{SITE}/fi/palvelut/"' in text


def test_unknown_part_and_page(client, db):
    assert client.get("/sitemap-x.xml").status_code == 404
    assert client.get("/sitemap-services-fi.xml?p=99").status_code == 404


def test_many_services_cost_no_more_queries(client, kivivuori):
    def queries(path):
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    cast.service("Kerho", kivivuori)
    few = queries("/sitemap-services-fi.xml"), queries("/sitemap.xml")
    cast.services(20, kivivuori)
    assert (queries("/sitemap-services-fi.xml"), queries("/sitemap.xml")) == few
    assert few[0] <= 2
