"""Suggestions under the search box: by keyboard, mouse and touch, told to screen readers, and never in the way."""

import re

import pytest
from playwright.sync_api import expect

from .axe import violations

pytestmark = pytest.mark.browser

HOME, RESULTS = "/fi/", "/fi/palvelut/"


@pytest.fixture
def type_in(open_page):
    """Open a page and type into its search box: type_in("vant") returns the page, the box and the options."""

    def type_in(text, path=HOME, **options):
        page = open_page(path, **options)
        box = page.locator("#q")
        box.fill("")
        box.press_sequentially(text)
        return page, box, page.locator("a[role=option]")

    return type_in


def wait_until_shown(options):
    expect(options.first).to_be_visible()
    return options


# For screen readers


def test_box_is_a_combobox_that_says_what_it_shows(type_in):
    page, box, options = type_in("vant")
    wait_until_shown(options)

    assert box.get_attribute("role") == "combobox"
    assert box.get_attribute("aria-autocomplete") == "list"
    assert box.get_attribute("aria-expanded") == "true"
    assert page.locator(f"#{box.get_attribute('aria-controls')}").get_attribute("role") == "listbox"
    assert page.get_by_role("group").count() >= 2
    said = page.get_by_role("status").text_content()
    assert said.startswith(f"{options.count()} ")


def test_active_option_is_told(type_in):
    _page, box, options = type_in("vant")
    wait_until_shown(options)
    assert box.get_attribute("aria-activedescendant") is None

    for step in range(2):
        box.press("ArrowDown")
        assert box.get_attribute("aria-activedescendant") == options.nth(step).get_attribute("id")
        assert [option.get_attribute("aria-selected") for option in options.all()].count("true") == 1
        assert options.nth(step).get_attribute("aria-selected") == "true"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
@pytest.mark.parametrize("path", [HOME, RESULTS, "/sv/", "/en/services/", "/fi/eiole/"])
def test_open_list_has_no_accessibility_faults_and_fits(type_in, path, width, scheme):
    page, box, options = type_in("ke", path, width=width, color_scheme=scheme)
    wait_until_shown(options)
    box.press("ArrowDown")

    # What the list half covers is too small to hit while it is open; so only its own options must be large enough.
    assert [fault for fault in violations(page) if not fault.startswith("target-size")] == []
    assert min(option.bounding_box()["height"] for option in options.all()) >= 24
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    around = page.locator(".suggest-popup").bounding_box()
    assert around["x"] >= 0 and around["x"] + around["width"] <= width


# By keyboard


def test_enter_opens_the_active_option(type_in):
    page, box, options = type_in("vantaan kaupunki")
    organisation = wait_until_shown(page.locator("a[id^=q-organisation]")).first
    address = organisation.get_attribute("href")
    for _step in range([option.get_attribute("href") for option in options.all()].index(address) + 1):
        box.press("ArrowDown")
    box.press("Enter")

    page.wait_for_url(f"**{address}")
    assert page.problems == []


def test_enter_without_an_active_option_searches_what_was_typed(type_in):
    page, box, options = type_in("vant")
    wait_until_shown(options)
    box.press("Enter")

    page.wait_for_url(re.compile(r"/palvelut/\?q=vant(&|$)"))


def test_arrows_go_round_by_way_of_the_box(type_in):
    _page, box, options = type_in("vant")
    last = wait_until_shown(options).count() - 1
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") == options.nth(last).get_attribute("id")
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == options.nth(0).get_attribute("id")


def test_home_and_end_belong_to_the_caret(type_in):
    _page, box, options = type_in("vant")
    wait_until_shown(options)
    box.press("ArrowDown")
    box.press("Home")
    assert box.evaluate("box => box.selectionStart") == 0
    assert box.get_attribute("aria-activedescendant") is None
    box.press("End")
    assert box.evaluate("box => box.selectionStart") == 4


def test_escape_closes_and_keeps_the_text_and_an_arrow_opens_again(type_in):
    _page, box, options = type_in("vant")
    wait_until_shown(options)
    box.press("Escape")

    expect(options).to_have_count(0)
    assert (box.input_value(), box.get_attribute("aria-expanded")) == ("vant", "false")
    box.press("ArrowDown")
    wait_until_shown(options)


def test_tab_closes_and_goes_on(type_in):
    page, box, options = type_in("vant")
    wait_until_shown(options)
    box.press("Tab")

    expect(options).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "municipality"


# By mouse and touch


def test_click_opens_the_option(type_in):
    page, _box, _options = type_in("vantaan kaupunki")
    option = wait_until_shown(page.locator("a[id^=q-organisation]")).first
    address = option.get_attribute("href")
    option.click()

    page.wait_for_url(f"**{address}")


def test_middle_click_opens_it_beside(type_in):
    page, _box, _options = type_in("vantaan kaupunki")
    option = wait_until_shown(page.locator("a[id^=q-organisation]")).first
    address = option.get_attribute("href")
    with page.context.expect_page() as opened:
        option.click(button="middle")

    opened.value.wait_for_url(f"**{address}")
    assert page.url.endswith(HOME)


def test_touch_opens_the_option(type_in):
    page, _box, _options = type_in("vantaan kaupunki", width=360, has_touch=True, is_mobile=True)
    option = wait_until_shown(page.locator("a[id^=q-organisation]")).first
    address = option.get_attribute("href")
    option.tap()

    page.wait_for_url(f"**{address}")


def test_click_elsewhere_closes(type_in):
    page, _box, options = type_in("vant")
    wait_until_shown(options)
    page.get_by_role("heading", level=1).click()

    expect(options).to_have_count(0)


# With what else is chosen in the form


def test_place_keeps_the_text_before_it_and_all_filters(type_in):
    page, _box, _options = type_in("ero vant", f"{RESULTS}?q=ero&sector=ngo&age=5")
    wait_until_shown(page.locator("a[id^=q-place]")).first.click()

    page.wait_for_url(re.compile(r"municipality=092"))
    assert {"q=ero", "sector=ngo", "age=5", "municipality=092"} == set(page.url.partition("?")[2].split("&"))


def test_category_takes_the_place_of_text_and_category_and_keeps_the_rest(type_in):
    page, _box, _options = type_in("velat", f"{RESULTS}?municipality=092&category=family-life")
    wait_until_shown(page.locator("a[id^=q-category]")).first.click()

    page.wait_for_url(re.compile(r"category=(?!family-life)"))
    assert "municipality=092" in page.url
    assert "q=" not in page.url and "family-life" not in page.url


# Never in the way


def test_only_what_is_typed_last_is_shown(type_in):
    page, box, options = type_in("vant")
    wait_until_shown(options)
    held = []
    page.route("**/suggest/?q=kera", lambda route: held.append(route))
    box.fill("kera")
    page.wait_for_timeout(300)
    box.fill("vantaan kaupunki")
    expect(page.locator("a[id^=q-organisation]").first).to_have_text("Vantaan kaupunki")
    (slow,) = held
    slow.fulfill(body='<div role="listbox" data-message=""><a role="option" href="#">too late</a></div>')
    page.wait_for_timeout(100)

    assert options.count()
    assert "too late" not in options.all_text_contents()


def test_personal_identity_code_never_leaves_the_browser(open_page):
    page = open_page(HOME)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#q").press_sequentially("perhe 131052-308T", delay=200)
    page.wait_for_timeout(400)

    assert asked
    assert not [url for url in asked if "131052" in url]
    expect(page.locator("a[role=option]")).to_have_count(0)


def test_without_an_answer_the_search_works_all_the_same(open_page):
    page = open_page(HOME)
    page.route("**/suggest/**", lambda route: route.abort())
    page.locator("#q").press_sequentially("ero")
    page.wait_for_timeout(400)
    expect(page.locator("a[role=option]")).to_have_count(0)
    page.locator("#q").press("Enter")

    page.wait_for_url(re.compile(r"/palvelut/\?q=ero"))


@pytest.mark.parametrize("path", [HOME, RESULTS, "/fi/eiole/"])
def test_without_javascript_the_form_still_searches(open_page, path):
    page = open_page(path, java_script_enabled=False)
    box = page.get_by_role("searchbox")
    box.fill("ero")
    box.press("Enter")

    page.wait_for_url(re.compile(r"/palvelut/\?q=ero"))
    assert page.locator("[data-service-id]").count()
