"""The public pages in a real browser: the way through them, of their own host only, also without JavaScript."""

import pytest

from .axe import violations

pytestmark = pytest.mark.browser


def test_the_way_from_home_to_a_service_and_its_organisation(open_page, demo):
    page = open_page("/fi/")

    page.get_by_label("Millaista apua tarvitaan?").fill("ero")
    page.get_by_label("Kunta", exact=True).select_option(label="Vantaa")
    page.keyboard.press("Enter")
    page.wait_for_url("**/palvelut/?q=ero&municipality=092")
    cards = page.locator("[data-service-id]")
    sectors = {cards.nth(i).get_attribute("data-sector") for i in range(cards.count())}
    assert len(sectors) >= 3

    cards.first.get_by_role("link").first.click()
    assert violations(page) == []
    page.locator(".service-head a").first.click()
    assert violations(page) == []

    page.get_by_role("link", name="Svenska").click()
    assert page.url.startswith(f"{demo.url}/sv/organisationer/")
    assert page.problems == []


def test_the_keyboard_alone_finds_a_service(open_page):
    page = open_page("/en/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("debt")
    page.keyboard.press("Enter")
    page.wait_for_url("**/services/?q=debt*")
    for _step in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('.card-name'))"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/services/*-*/")

    assert page.get_by_role("heading", level=1).is_visible()


def test_without_javascript_filters_work_all_the_same(open_page):
    page = open_page("/fi/palvelut/?q=ero", java_script_enabled=False)

    before = page.locator("[data-service-id]").count()
    if not page.locator("#county").is_visible():
        page.locator("#filters > summary").click()
    page.locator("input[name=sector][value=parish]").check()
    page.get_by_role("button", name="Näytä tulokset").click()
    page.wait_for_url("**sector=parish**")

    sectors = page.locator("[data-service-id]").evaluate_all("cards => cards.map(c => c.dataset.sector)")
    assert set(sectors) == {"parish"}
    assert len(sectors) < before


def test_a_page_asks_no_other_host_and_sets_no_cookie(open_page, demo, browser):
    context = browser.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(demo.url + "/fi/palvelut/?q=ero")

    assert all(url.startswith(demo.url) for url in asked)
    assert context.cookies() == []
    context.close()


def test_the_demo_prints_its_address_and_logins(demo):
    assert "koordinaattori@palvelukartta.example" in demo.printed
    assert demo.url in demo.printed
