"""The saved list of a device: chosen in results or on a page, read without a network, gone at one press."""

import pytest
from playwright.sync_api import expect

from .axe import violations
from .device import CACHED_PATHS_SCRIPT, wait_for_cached_page, wait_until

pytestmark = pytest.mark.browser

RESULTS = "/en/services/?q=separation"
SAVED = "/en/saved/"


def boxes(page):
    return page.locator("[data-save]")


def listed(page):
    return page.locator("#saved-cards [data-drop]")


def save(page, *numbers):
    """Tick services in the results; their names."""
    for number in numbers:
        boxes(page).nth(number).check()
    return [page.locator(".card-name").nth(number).text_content().strip() for number in numbers]


def names(page):
    return [name.strip() for name in page.locator("#saved-cards .card-name").all_text_contents()]


def test_saved_services_are_listed_with_what_is_known_of_them_now(open_page, demo):
    page = open_page(RESULTS)
    chosen = save(page, 0, 2)
    expect(page.locator("#saved-count")).to_have_text("(2)")
    page.goto(demo.url + SAVED)

    expect(listed(page)).to_have_count(2)
    assert names(page) == chosen
    assert page.locator(".facts").count() == 2
    expect(page.locator(".notice-stored")).to_be_hidden()
    assert violations(page) == []
    assert page.problems == []


def test_saving_on_the_page_of_a_service(open_page, demo):
    page = open_page(RESULTS)
    page.locator(".card-name a").first.click()
    page.wait_for_url("**/services/*-*/")
    name = page.locator("h1").text_content()
    boxes(page).check()
    page.reload()
    expect(boxes(page)).to_be_checked()
    page.goto(demo.url + SAVED)

    expect(page.locator("#saved-cards .card-name")).to_have_text([name])


def test_choice_outlives_a_change_of_filters(open_page):
    page = open_page(RESULTS)
    parish = page.locator("[data-sector=parish] [data-save]").first
    number = parish.get_attribute("data-save")
    parish.check()
    page.locator("input[name=sector][value=parish]").check()
    page.wait_for_url("**sector=parish**")

    expect(page.locator(f"[data-save='{number}']")).to_be_checked()


def test_removing_one_keeps_the_focus_in_the_list_and_says_so(open_page, demo):
    page = open_page(RESULTS)
    gone, stays = save(page, 0, 1)
    page.goto(demo.url + SAVED)
    listed(page).first.press("Enter")

    assert names(page) == [stays]
    expect(listed(page)).to_be_focused()
    expect(page.locator("#saved-status")).to_contain_text(gone)
    listed(page).press("Enter")
    expect(page.locator("#saved-empty a")).to_be_focused()
    expect(page.locator("#saved-count")).to_be_hidden()
    page.reload()
    expect(page.locator("#saved-empty")).to_be_visible()


def test_service_that_is_gone_from_the_directory_says_so_and_can_be_removed(open_page):
    page = open_page(SAVED)
    gone = [{"id": "999999999", "href": "/en/services/999999999-x/", "name": "Gone"}]
    page.evaluate("saved => { localStorage.saved = JSON.stringify(saved) }", gone)
    page.reload()

    expect(page.locator(".saved-plain")).to_contain_text("Gone")
    assert violations(page) == []
    listed(page).click()
    expect(page.locator("#saved-empty")).to_be_visible()


def test_list_and_pages_are_read_without_a_network(device):
    device.go(RESULTS)
    first, second = save(device, 0, 1)
    paths = [link.get_attribute("href") for link in device.locator(".card-name a").all()[:3]]
    for path in paths[:2]:
        wait_for_cached_page(device, "saved", path)
    device.go(SAVED)
    expect(listed(device)).to_have_count(2)
    wait_for_cached_page(device, "saved", f"{SAVED}cards/")
    device.go(RESULTS)
    (third,) = save(device, 2)
    wait_for_cached_page(device, "saved", paths[2])
    device.offline()
    device.go(SAVED)

    expect(listed(device)).to_have_count(3)
    assert names(device) == [first, second]
    expect(device.locator(".saved-plain a")).to_have_text(third)
    expect(device.locator("#saved-stored")).to_be_visible()
    expect(device.locator("#saved-cards .ago").first).to_be_hidden()
    assert violations(device) == []
    device.locator(".card-name a").nth(1).click()
    expect(device.locator("h1")).to_have_text(second)
    expect(device.locator(".notice-stored")).to_be_visible()


def test_what_is_not_saved_any_more_is_not_kept_as_saved(device):
    device.go(RESULTS)
    save(device, 0)
    path = device.locator(".card-name a").first.get_attribute("href")
    wait_for_cached_page(device, "saved", path)
    boxes(device).first.uncheck()

    wait_until(device, "async (path) => !(await (await caches.open('saved')).match(path))", path)


def test_clearing_leaves_nothing_on_the_device(device):
    device.go(RESULTS)
    save(device, 0, 1)
    device.locator("input[name=s]").first.check()
    device.evaluate("localStorage.municipality = '092'")
    device.go(SAVED)
    expect(listed(device)).to_have_count(2)
    device.once("dialog", lambda dialog: dialog.accept())
    device.locator("[data-clear]").click()

    expect(device.locator("[data-cleared]")).not_to_be_empty()
    expect(listed(device)).to_have_count(0)
    assert device.evaluate("localStorage.length + sessionStorage.length") == 0
    assert device.evaluate(CACHED_PATHS_SCRIPT) == {}


def test_without_javascript_there_is_nothing_to_tick(open_page, demo):
    page = open_page(RESULTS, java_script_enabled=False)
    assert not boxes(page).first.is_visible()
    assert not page.locator("header a[href$='/saved/']").is_visible()
    page.goto(demo.url + SAVED)
    assert page.locator("noscript").is_visible()
    assert not page.locator("[data-clear]").is_visible()
