"""What readers see while they wait, or when something is missing, refused or broken: accessible in every look."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from .routes import EDITOR, LANGUAGES, log_in, records_of
from .test_every_page import LOOKS, beyond, faults, resize
from .test_offline import until, wait_for_kept

pytestmark = pytest.mark.browser


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def path(language):
    """The path of a view in the language: path("finding:map")."""

    def path(view, *args):
        with override(language):
            return reverse(view, args=args)

    return path


def check(page):
    """Without faults in all looks, and no wider than the narrowest window."""
    assert faults(page, LOOKS) == []
    resize(page, 320)
    assert beyond(page, 320) == []


def test_while_results_are_on_their_way(open_page, path):
    page = open_page(path("finding:results"), service_workers="block")
    held = []
    page.route("**sector=parish**", lambda route: held.append(route))
    page.locator("input[name=sector][value=parish]").check()
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    check(page)
    held[0].abort()


def test_while_the_map_waits_for_its_places(open_page, path, demo):
    page = open_page(path("about"), service_workers="block")
    held = []
    page.route("**/map/points/**", lambda route: held.append(route))
    page.goto(demo.url + path("finding:map"))
    expect(page.locator("#map")).to_have_attribute("aria-busy", "true")
    check(page)
    held[0].abort()


def test_when_the_places_do_not_come(open_page, path):
    page = open_page(path("finding:map"), service_workers="block")
    page.locator(".pin").first.wait_for()
    page.route("**/map/points/**", lambda route: route.fulfill(status=500))
    page.locator("#zoom-in").click()
    expect(page.locator("#map-problem")).to_be_visible()
    check(page)


def test_when_the_position_is_denied(open_page, path):
    page = open_page(path("finding:map"), service_workers="block")
    page.locator("#near-me").click()
    expect(page.locator("#map-problem")).to_be_visible()
    check(page)


def test_when_there_is_no_network(open_page, path, demo):
    page = open_page(path("finding:home"))
    until(page, "Boolean(navigator.serviceWorker.controller)")
    wait_for_kept(page, "shell", path("offline"))
    page.context.set_offline(True)
    page.goto(demo.url + path("finding:results"))
    expect(page.locator("#kept-none")).to_be_visible()
    check(page)


def test_copy_of_a_service_that_was_seen(open_page, path, demo):
    page = open_page(path("finding:home"))
    until(page, "Boolean(navigator.serviceWorker.controller)")
    page.goto(demo.url + path("finding:service", *records_of(demo.url)["service"]))
    wait_for_kept(page, "seen", page.url.removeprefix(demo.url))
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".notice-stored")).to_be_visible()
    check(page)


def test_form_that_was_open_for_too_long(open_page, path, demo, language):
    page = open_page(path("reporting:service", *records_of(demo.url)["service"]))
    page.context.clear_cookies()
    page.locator("main form.stack button[type=submit]").click()
    said = {"fi": "Lomaketta ei lähetetty", "sv": "Formuläret skickades inte", "en": "The form was not sent"}
    expect(page.locator("h1")).to_have_text(said[language])
    check(page)


def test_page_that_is_not_for_the_reader(open_page, path, demo, language):
    page = open_page(path("finding:home"))
    log_in(page, demo.url, EDITOR)
    page.goto(demo.url + path("admin:index"))  # the desk is for coordinators
    said = {"fi": "ei ole oikeutta", "sv": "inte behörighet", "en": "no access"}
    expect(page.locator("h1")).to_contain_text(said[language])
    check(page)


@pytest.mark.parametrize("answer", ["400.html", "500.html"])
def test_broken_request_and_broken_site(open_page, demo, answer):
    # They rely on nothing, speak all languages at once, and are shown only where something is wrong with the site.
    page = open_page("/fi/", service_workers="block")
    broken = {"content_type": "text/html", "body": render_to_string(answer)}
    page.route("**/broken/", lambda route: route.fulfill(**broken))
    page.goto(f"{demo.url}/broken/")
    expect(page.locator("[lang=sv] h2")).to_be_visible()
    check(page)
