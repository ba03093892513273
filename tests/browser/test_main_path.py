"""The main path without a mouse: search, narrow down, open a service and come back; with and without JavaScript."""

import pytest

pytestmark = pytest.mark.browser


def tab_to(page, condition, most=150):
    """Press Tab until the focused element fulfils a condition of JavaScript; each stop on the way shows its focus."""
    for _step in range(most):
        page.keyboard.press("Tab")
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


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_search_narrow_open_and_back_by_keyboard(open_page, java_script_enabled):
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
    narrowed = page.url

    tab_to(page, "e.closest('.card-name')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/palvelut/*-*/")
    assert page.get_by_role("heading", level=1).is_visible()

    page.go_back()
    page.wait_for_url(narrowed)
    assert page.locator("[name=sector][value=parish]").is_checked()
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
