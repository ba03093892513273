"""Properties of all public pages: languages, URLs, privacy, security, error pages."""

import re
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from organisations.models import Organisation
from services.finding import views
from services.models import Service
from tests import cast
from tests.html_page import Page, view_url

LANGUAGES = ("fi", "sv", "en")
TEXTS = ("accessibility", "privacy", "terms")
VIEWS = ("finding:home", "finding:results", "profiles:organisations", "profiles:contacts", "about", *TEXTS)


@pytest.fixture
def club(kivivuori):
    return cast.service({"fi": "Perhekerho", "sv": "Familjeklubb", "en": "Family club"}, kivivuori)


@pytest.fixture(scope="module")
def public_pages(django_db_setup, django_db_blocker):
    """All public pages in all languages, read once in one session after a search."""
    yield from cast.shared_data(django_db_blocker, _visit_all_pages)


def _visit_all_pages():
    house = cast.organisation("Perhetalo", website="https://perhetalo.example/")
    club = cast.service("Perhekerho", house, tags=[cast.category("Arki", code="everyday")])
    cast.contact("Toimisto", house)
    visitor = Client()
    addresses = [view_url(view, lang=lang, q="kerho", age=7) for view in VIEWS for lang in LANGUAGES]
    addresses += [cast.record_url(record, lang) for record in (club, house) for lang in LANGUAGES]
    return [Page(visitor.get(path)) for path in addresses]


# Languages


@pytest.mark.parametrize(
    ("preferred", "language"),
    [
        ("fi", "fi"),
        ("sv", "sv"),
        ("sv-FI,sv;q=0.9,en;q=0.5", "sv"),
        ("en-GB", "en"),
        ("de,ru;q=0.8", "fi"),
        ("de,en;q=0.5", "en"),
        ("*", "fi"),
        (";;;,,,q=x", "fi"),
        (None, "fi"),
    ],
)
def test_bare_address_leads_to_the_readers_language(client, preferred, language):
    headers = {} if preferred is None else {"accept-language": preferred}
    response = client.get("/", headers=headers)
    assert (response.status_code, response["Location"]) == (302, f"/{language}/")
    assert "Accept-Language" in response["Vary"]


def test_every_page_says_its_language(public_pages):
    for page in public_pages:
        assert page.language == page.path[1:3] == page.response["Content-Language"]
        assert page.one("h1").text
        assert page.one("title").text


@pytest.mark.parametrize("view", VIEWS[1:])
def test_words_in_addresses_are_translated(view, client, db):
    paths = [view_url(view, lang=lang) for lang in LANGUAGES]
    assert len({path[3:] for path in paths}) == 3
    for path in paths:
        assert client.get(path).status_code == 200


def test_address_in_finnish_words(db):
    assert view_url("finding:results") == "/fi/palvelut/"
    assert view_url("finding:results", lang="sv") == "/sv/tjanster/"
    assert view_url("finding:results", lang="en") == "/en/services/"


@pytest.mark.parametrize("view", VIEWS)
def test_language_switch_stays_on_the_page_with_its_query(visit, view, db):
    query = {"q": "ero & äiti", "municipality": "092", "category": ["a", "b"]}
    page = visit(view, **query)
    for lang in LANGUAGES:
        assert page.languages[lang] == view_url(view, lang=lang, **query)


@pytest.mark.parametrize("record", ["club", "kivivuori"])
def test_language_switch_stays_on_the_record(request, club, client, open_page, record):
    record = request.getfixturevalue(record)
    for lang, link in open_page(record).languages.items():
        page = Page(client.get(link, follow=True))
        assert page.language == lang
        assert page.response.request["PATH_INFO"] == cast.record_url(record, lang)


def test_language_of_the_page_is_marked_in_the_switch(visit, db):
    (current,) = visit("about", lang="sv").all("a", hreflang=True, aria_current="true")
    assert current["hreflang"] == "sv"


def test_language_of_the_address_goes_before_the_readers(client, db):
    assert Page(client.get(view_url("about", lang="sv"), headers={"accept-language": "en"})).language == "sv"


# Error pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_unknown_page_offers_a_search_in_its_language(client, db, language):
    page = Page(client.get(f"/{language}/ei-ole/", headers={"accept-language": "en"}), 404)
    assert page.language == language
    form = page.main.one("form", role="search")
    assert form["action"] == view_url("finding:results", lang=language)
    assert form.one("input", name="q")
    assert page.main.all("a", href=view_url("finding:home", lang=language))


def test_language_switch_on_an_unknown_page_leads_home(client, db):
    page = Page(client.get("/fi/ei-ole/"), 404)
    assert (page.languages["sv"], page.languages["en"]) == ("/sv/", "/en/")


def test_unknown_page_without_a_language(client, db):
    assert Page(client.get("/ei-ole/", headers={"accept-language": "sv"}), 404).language == "sv"


def test_address_without_its_language_finds_the_way(client, db):
    response = client.get("/palvelut/?q=ero", headers={"accept-language": "fi"})
    assert (response.status_code, response["Location"]) == (302, "/fi/palvelut/?q=ero")


def test_address_without_its_slash_finds_the_way(client, db):
    response = client.get("/fi/palvelut?q=ero")
    assert (response.status_code, response["Location"]) == (301, "/fi/palvelut/?q=ero")


def test_fault_of_ours_is_told_in_three_languages(client, db, monkeypatch):
    def fail():
        raise RuntimeError("secret detail")

    monkeypatch.setattr(views.ReferenceData, "current", fail)
    client.raise_request_exception = False
    page = Page(client.get(view_url("finding:results")), 500)
    assert {"sv", "en"} <= {element["lang"] for element in page.all("div", lang=True)}
    assert "secret detail" not in page.text


# Privacy and security


def test_searching_leaves_no_cookies(public_pages):
    assert [page.path for page in public_pages if page.response.cookies] == []


def test_pages_may_load_only_our_own(public_pages, client, db):
    for response in [*(page.response for page in public_pages), client.get("/fi/ei-ole/")]:
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "http" not in policy
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"


def test_pages_need_nothing_that_the_policy_refuses(public_pages):
    for page in public_pages:
        for element in page.all():
            assert "style" not in element, element
            assert not [name for name in element.attributes if name.startswith("on")], element
        assert not page.all("style")
        scripts = [script for script in page.all("script") if script.attributes.get("type") != "application/ld+json"]
        assert all("src" in script and not script.text for script in scripts)
        sources = [element[name] for name in ("src", "srcset") for element in page.all(**{name: True})]
        # URLs of the page itself are absolute.
        sources += [link["href"] for link in page.all("link") if link["rel"] not in ("canonical", "alternate")]
        assert sources
        assert all(not urlsplit(source).netloc for source in sources)


def test_every_file_a_page_loads_is_there(visit, client, db):
    page = visit("finding:results")
    loaded = [link["href"] for link in page.all("link") if link["rel"] not in ("canonical", "alternate")]
    loaded += [element["src"] for element in page.all(src=True)]
    for path in set(loaded):
        assert client.get(path).status_code == 200, path


def test_every_link_of_a_page_leads_somewhere(public_pages, client, db):
    links = {link["href"].partition("#")[0] for page in public_pages for link in page.all("a", href=True)}
    inside = {link for link in links if link.startswith("/") and "/admin/" not in link}
    assert len(inside) > 15
    # The account page redirects visitors to the login.
    account_urls = {view_url("dashboard:account", lang=lang) for lang in LANGUAGES}
    for link in inside - account_urls - {page.path for page in public_pages}:
        assert client.get(link).status_code in (200, 301), link


def test_outside_links_are_plain(public_pages):
    links = [link for page in public_pages for link in page.all("a", href="https://perhetalo.example/")]
    assert links
    assert all(link["rel"] == "noopener" and "target" not in link for link in links)


# Structure


def test_every_page_can_be_walked_by_headings(public_pages):
    for page in public_pages:
        levels = [int(e.tag[1]) for e in page.main.all() if re.fullmatch("h[1-6]", e.tag)]
        assert levels[0] == 1 and levels.count(1) == 1, page.path
        assert all(next_level - level <= 1 for level, next_level in pairwise(levels)), (page.path, levels)
        assert page.one("a", class_="skip")["href"] == "#main"


def test_sections_and_fields_have_names(public_pages):
    for page in public_pages:
        ids = [element["id"] for element in page.all(id=True)]
        assert len(ids) == len(set(ids)), page.path
        assert {section["aria-labelledby"] for section in page.all(aria_labelledby=True)} <= set(ids), page.path
        labelled = {label["for"] for label in page.all("label", for_=True)}
        for field in [*page.all("input"), *page.all("select")]:
            hidden = field.attributes.get("type") == "hidden"
            assert hidden or field.closest("label") or field["id"] in labelled, (page.path, field)


# About, statements and robots


@pytest.mark.parametrize("view", TEXTS)
def test_statements_tell_who_keeps_the_site_and_are_linked_from_every_page(visit, db, settings, view):
    settings.SITE_OPERATOR, settings.DIRECTORY_EMAIL = "Kartan pitäjä ry", "pitaja@kartta.example"
    page = visit(view)
    assert "Kartan pitäjä ry" in page.main.text
    assert page.main.all("a", href="mailto:pitaja@kartta.example")
    assert visit("finding:home").one("footer").all("a", href=view_url(view))


def test_accessibility_statement_names_what_the_law_asks_for(visit, db):
    page = visit("accessibility").main
    assert {"306/2019", "WCAG"} <= set(re.findall(r"306/2019|WCAG", page.text))
    assert page.all("a", href="mailto:saavutettavuus@traficom.fi")
    assert page.all("a", href="tel:0295345000")
    assert re.search(r"\b14\b", page.text)


def test_open_data_has_a_licence(visit, db):
    assert visit("terms").main.one("a", rel="license noopener")["href"].startswith("https://creativecommons.org/")


def test_about_tells_how_much_there_is_and_who_keeps_it(visit, club, kivivuori, settings):
    settings.DIRECTORY_EMAIL = "pitaja@kartta.example"
    cast.services(4, kivivuori)
    cast.service("Luonnos", cast.organisation("Luonnos", status="draft"))
    page = visit("about")
    there_are = {str(Service.objects.published().count()), str(Organisation.objects.published().count())}
    assert there_are <= set(re.findall(r"\d+", page.main.text))
    assert page.main.all("a", href="mailto:pitaja@kartta.example")


def test_robots_stay_out_of_the_desk(client):
    text = client.get("/robots.txt").content.decode()
    for lang in LANGUAGES:
        with override(lang):
            assert f"Disallow: {reverse('admin:index')}\n" in text
    assert "Disallow: /\n" not in text
