"""What readers see while they wait, or when something is missing, refused or broken: accessible in every look."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect

from .device import wait_for_cached_page, wait_until
from .page_actions import EDITOR_ROLE, log_in
from .records import public_records
from .routes import LANGUAGES
from .test_every_page import (
    SCHEMES,
    accessibility_faults,
    faults_in_language,
    overflowing_elements,
    resize,
    trim_repeated_elements,
)

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


def assert_accessible(page):
    """Without faults, and no wider than the narrowest window."""
    trim_repeated_elements(page)
    assert faults_in_language(page, page.locator("html").get_attribute("lang")) == []
    resize(page, 320)
    assert overflowing_elements(page, 320) == []


def accessibility_faults_behind_menu(page, language):
    """Of a page that a menu half covers: what is beneath is too small to hit while the menu is open."""
    trim_repeated_elements(page)
    return [fault for fault in faults_in_language(page, language) if "target-size:" not in fault]


def test_while_results_are_on_their_way(open_page, path):
    page = open_page(path("finding:results"), service_workers="block")
    held = []
    page.route("**sector=parish**", lambda route: held.append(route))
    page.locator("input[name=sector][value=parish]").check()
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    assert_accessible(page)
    held[0].abort()


def test_all_that_is_folded_away(open_page, path):
    page = open_page(path("finding:results"), service_workers="block")
    page.evaluate("document.querySelectorAll('details:not(.sorts)').forEach(folded => { folded.open = true })")
    assert_accessible(page)


def test_menu_of_orders(open_page, path, language):
    page = open_page(path("finding:results"), service_workers="block")
    page.locator(".sorts > summary").click()
    assert accessibility_faults_behind_menu(page, language) == []
    expect(page.locator(".sorts")).to_have_attribute("open", "")


def test_filters_in_their_sheet_on_a_phone(open_page, path):
    page = open_page(path("finding:results"), width=360, service_workers="block")
    page.locator("#open-filters").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    sheet.evaluate("sheet => sheet.querySelectorAll('details').forEach(folded => { folded.open = true })")
    assert accessibility_faults(page, [(360, scheme) for scheme in SCHEMES]) == []
    expect(sheet).to_be_visible()


@pytest.mark.parametrize("view", ["finding:home", "finding:results"])
def test_suggestions_under_the_search_box(open_page, path, view, language):
    page = open_page(path(view), service_workers="block")
    page.locator("#q").press_sequentially("ke")
    page.locator("a[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert accessibility_faults_behind_menu(page, language) == []
    expect(page.locator("a[role=option]").first).to_be_visible()


def test_when_a_fifth_service_is_chosen_to_compare(open_page, path):
    page = open_page(path("finding:results"), service_workers="block")
    for number in range(5):
        page.locator("input[name=s]").nth(number).click()
    expect(page.locator("#compare [aria-live]")).not_to_be_empty()
    assert_accessible(page)


def test_saved_service_that_is_gone(open_page, path):
    page = open_page(path("finding:saved"), service_workers="block")
    gone = [{"id": "999999999", "href": "/en/services/999999999-x/", "name": "Perhekerho"}]
    page.evaluate("saved => { localStorage.saved = JSON.stringify(saved) }", gone)
    page.reload()
    expect(page.locator(".saved-plain")).to_contain_text("Perhekerho")
    assert_accessible(page)


def test_when_the_map_was_moved_and_the_search_stayed(open_page, path):
    page = open_page(path("finding:map"), service_workers="block")
    page.locator(".pin").first.wait_for()
    page.locator("#follow").uncheck()
    page.locator("#zoom-in").click()
    expect(page.locator("#search-here")).to_be_visible()
    assert_accessible(page)


def test_while_the_map_waits_for_its_places(open_page, path, demo):
    page = open_page(path("about"), service_workers="block")
    held = []
    page.route("**/map/points/**", lambda route: held.append(route))
    page.goto(demo.url + path("finding:map"))
    expect(page.locator("#map")).to_have_attribute("aria-busy", "true")
    assert_accessible(page)
    held[0].abort()


def test_when_the_places_do_not_come(open_page, path):
    page = open_page(path("finding:map"), service_workers="block")
    page.locator(".pin").first.wait_for()
    page.route("**/map/points/**", lambda route: route.fulfill(status=500))
    page.locator("#zoom-in").click()
    expect(page.locator("#map-problem")).to_be_visible()
    assert_accessible(page)


def test_when_the_position_is_denied(open_page, path):
    page = open_page(path("finding:map"), service_workers="block")
    # Of everything else: without a word, the browser waits for an answer until the page gives up.
    page.context.grant_permissions([])
    page.locator("#near-me").click()
    expect(page.locator("#map-problem")).to_be_visible()
    assert_accessible(page)


def test_when_there_is_no_network(open_page, path, demo):
    page = open_page(path("finding:home"))
    wait_until(page, "Boolean(navigator.serviceWorker.controller)")
    wait_for_cached_page(page, "shell", path("offline"))
    page.context.set_offline(True)
    page.goto(demo.url + path("finding:results"))
    expect(page.locator("#kept-none")).to_be_visible()
    assert_accessible(page)


def test_copy_of_a_service_that_was_seen(open_page, path, demo):
    page = open_page(path("finding:home"))
    wait_until(page, "Boolean(navigator.serviceWorker.controller)")
    page.goto(demo.url + path("finding:service", *public_records(demo.url)["service"]))
    wait_for_cached_page(page, "seen", page.url.removeprefix(demo.url))
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".notice-stored")).to_be_visible()
    assert_accessible(page)


def test_form_that_was_open_for_too_long(open_page, path, demo, language):
    page = open_page(path("reports:service", *public_records(demo.url)["service"]), service_workers="block")
    page.context.clear_cookies()
    page.locator("main form.stack button[type=submit]").click()
    said = {"fi": "Lomaketta ei lähetetty", "sv": "Formuläret skickades inte", "en": "The form was not sent"}
    expect(page.locator("h1")).to_have_text(said[language])
    assert_accessible(page)


def test_page_that_is_not_for_the_reader(open_page, path, demo, language):
    page = open_page(path("finding:home"), service_workers="block")
    log_in(page, demo.url, EDITOR_ROLE)
    page.goto(demo.url + path("admin:index"))  # the desk is for coordinators
    said = {"fi": "ei ole oikeutta", "sv": "inte behörighet", "en": "not have access"}
    expect(page.locator("h1")).to_contain_text(said[language])
    assert_accessible(page)


@pytest.mark.parametrize("answer", ["400.html", "500.html"])
def test_broken_request_and_broken_site(open_page, demo, answer):
    # They rely on nothing, speak all languages at once, and are shown only where something is wrong with the site.
    page = open_page("/fi/", service_workers="block")
    broken = {"content_type": "text/html", "body": render_to_string(answer)}
    page.route("**/broken/", lambda route: route.fulfill(**broken))
    page.goto(f"{demo.url}/broken/")
    expect(page.locator("[lang=sv] h2")).to_be_visible()
    assert_accessible(page)
