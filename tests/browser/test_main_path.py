"""The main path without a mouse: search, narrow, open, compare, the map and back; with and without JavaScript."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def tab_to(page, condition, most=150, key="Tab"):
    """Press Tab until the focused element fulfils a condition of JavaScript; each stop on the way shows its focus."""
    for _step in range(most):
        page.keyboard.press(key)
        stop = page.evaluate(
            """condition => {
              const e = document.activeElement;
              const shown = [e, e.closest('label')].some(one => {
                const style = one && getComputedStyle(one);
                return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
              });
              const box = e.getBoundingClientRect();
              const there = new Function('e', `return Boolean(${condition})`)(e);
              const seen = box.width > 0 && box.height > 0 && box.top < innerHeight && box.bottom > 0;
              return {there, shown, seen, html: e.outerHTML.slice(0, 120)};
            }""",
            condition,
        )
        assert stop["shown"], f"no visible focus: {stop['html']}"
        assert stop["seen"], f"focus outside the window: {stop['html']}"
        if stop["there"]:
            return
    pytest.fail(f"no stop where {condition}")


def compare_two(page):
    for _choice in range(2):
        tab_to(page, "e.name === 's' && !e.checked")
        page.keyboard.press("Space")
    tab_to(page, "e.closest('#compare') && e.type === 'submit'", most=300)
    page.keyboard.press("Enter")
    expect(page.locator("th[scope=col]")).to_have_count(2)


def to_the_map_and_back(page, found):
    """From the list to a point of the map, or without JavaScript to a place of its list, and back to the list."""
    tab_to(page, "e.closest('.tabs') && !e.ariaCurrent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kartta/?*")
    assert page.locator("#found").text_content() == found
    if page.locator("#map").is_visible():
        page.locator(".pin").first.wait_for()
        tab_to(page, "e.matches('.pin[aria-expanded]')")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_focused()
        page.keyboard.press("Escape")
    else:
        tab_to(page, "e.closest('.spot')")
    tab_to(page, "e.closest('.tabs') && !e.ariaCurrent", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/palvelut/?*")


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_search_narrow_open_compare_map_and_back_by_keyboard(open_page, java_script_enabled):
    page = open_page("/fi/", java_script_enabled=java_script_enabled)
    tab_to(page, "e.id === 'q'")
    page.keyboard.type("ero")
    page.keyboard.press("Enter")
    page.wait_for_url("**/palvelut/?q=ero*")
    cards = page.locator("[data-service-id]")
    cards.first.wait_for()
    before = cards.count()

    if page.locator("#filters > summary").is_visible():
        tab_to(page, "e.matches('#filters > summary')")
        page.keyboard.press("Enter")
    if not page.locator("[name=sector][value=parish]").is_visible():
        tab_to(page, "e.matches('#filters details summary') && e.parentElement.querySelector('[name=sector]')")
        page.keyboard.press("Enter")
    tab_to(page, "e.name === 'sector' && e.value === 'parish'")
    page.keyboard.press("Space")
    if not java_script_enabled:
        page.keyboard.press("Enter")  # sends the form, as in any form
    page.wait_for_url("**sector=parish**")
    page.wait_for_function("document.querySelectorAll('[data-service-id]:not([data-sector=parish])').length === 0")
    cards.first.wait_for()
    assert 0 < cards.count() < before
    narrowed, found = page.url, page.locator("#found").text_content()
    if java_script_enabled:
        expect(page.locator("#results-status")).to_have_text(found)
        assert page.evaluate("document.activeElement.value") == "parish"

    tab_to(page, "e.closest('.card-name')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/palvelut/*-*/")
    assert page.get_by_role("heading", level=1).is_visible()

    page.go_back()
    page.wait_for_url(narrowed)
    assert page.locator("[name=sector][value=parish]").is_checked()

    compare_two(page)
    page.go_back()
    page.wait_for_url(narrowed)
    to_the_map_and_back(page, found)
    assert page.locator("#found").text_content() == found
    assert page.problems == []


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_mistake_is_reported_by_keyboard(open_page, java_script_enabled):
    page = open_page("/fi/palvelut/?q=ero", java_script_enabled=java_script_enabled)
    page.locator(".card-name a").first.click()
    page.wait_for_url("**/palvelut/*-*/")
    tab_to(page, "e.rel === 'nofollow'", most=300)
    page.keyboard.press("Enter")
    page.locator("#id_text").wait_for()
    tab_to(page, "e.name === 'kind'")
    page.keyboard.press("Space")
    tab_to(page, "e.name === 'text'")
    page.keyboard.type("Uusi numero on 09 123 456")
    page.wait_for_timeout(3500)  # the guard against robots wants a person's pace
    tab_to(page, "e.type === 'submit'")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.rstrip("/").count("/") == 7)
    assert page.locator("main form").count() == 0
    assert page.problems == []
