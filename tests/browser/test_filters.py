"""Narrowing a search: counts and results change at once, in place on a wide screen, in a sheet on a phone."""

import re

import pytest
from playwright.sync_api import expect

from .axe import violations

pytestmark = pytest.mark.browser

RESULTS = "/fi/palvelut/?q=ero"
PHONE = {"width": 360}


def parishes(page):
    return page.locator("input[name=sector][value=parish]")


def sectors(page):
    return set(page.locator("[data-service-id]").evaluate_all("cards => cards.map(card => card.dataset.sector)"))


def found(page):
    return int(re.search(r"\d+", page.locator("#found").text_content())[0])


def narrow_to_parishes(page):
    parishes(page).check()
    page.wait_for_url("**sector=parish**")
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")


# Without a reload


def test_ticking_a_box_changes_results_counts_and_address_without_a_reload(open_page):
    page = open_page(RESULTS)
    page.evaluate("window.stillHere = true")
    before = found(page)
    narrow_to_parishes(page)

    assert sectors(page) == {"parish"}
    assert found(page) == page.locator("[data-service-id]").count() < before
    assert re.search(r"\?q=ero&sector=parish$", page.url)
    assert page.evaluate("window.stillHere")
    assert page.problems == []


def test_focus_stays_on_the_box_and_the_new_number_is_said(open_page):
    page = open_page(RESULTS)
    parishes(page).focus()
    page.keyboard.press("Space")
    page.wait_for_url("**sector=parish**")

    expect(page.locator("#results-status")).to_have_text(page.locator("#found").text_content())
    assert page.locator("#results-status").get_attribute("aria-live") == "polite"
    assert page.evaluate("[document.activeElement.name, document.activeElement.value]") == ["sector", "parish"]
    page.keyboard.press("Space")
    page.wait_for_url(re.compile(r"q=ero$"))
    expect(parishes(page)).to_be_focused()


def test_municipality_and_age_change_the_results_too(open_page):
    page = open_page(RESULTS)
    page.locator("#municipality").select_option("092")
    page.wait_for_url("**municipality=092**")
    page.locator("#age").fill("5")
    page.locator("#age").press("Tab")
    page.wait_for_url("**age=5**")

    expect(page.locator("#fold-now")).to_contain_text("Vantaa")
    expect(page.locator("#fold-now")).to_contain_text("5")
    assert page.locator(".chips a.chip").count() == 3


def test_groups_stay_as_they_were_opened(open_page):
    page = open_page(RESULTS)
    page.locator("#g-cost summary").click()
    page.locator("#g-theme summary").click()
    narrow_to_parishes(page)

    assert page.locator("#g-cost").evaluate("group => group.open")
    assert not page.locator("#g-theme").evaluate("group => group.open")


def test_back_and_forward(open_page):
    page = open_page(RESULTS)
    before = found(page)
    narrow_to_parishes(page)
    others = page.locator("[data-sector]:not([data-sector=parish])")
    page.go_back()
    # The browser restores the boxes before the results.
    expect(others).not_to_have_count(0)
    expect(parishes(page)).not_to_be_checked()
    assert found(page) == before
    page.go_forward()
    expect(others).to_have_count(0)
    expect(parishes(page)).to_be_checked()
    assert sectors(page) == {"parish"}


def test_coming_back_from_a_service_shows_the_whole_page(open_page):
    page = open_page(RESULTS)
    narrow_to_parishes(page)
    page.locator(".card-name a").first.click()
    page.wait_for_url("**-*/")
    page.go_back()

    expect(page.locator("header.site")).to_be_visible()
    assert sectors(page) == {"parish"}


def test_where_the_server_fails_the_plain_form_is_sent(open_page):
    page = open_page(RESULTS)
    page.route("**/palvelut/**", lambda route: route.fulfill(status=500) if is_change(route) else route.continue_())
    parishes(page).check()
    page.wait_for_url("**sector=parish**")

    assert sectors(page) == {"parish"}


def test_while_waiting_the_results_say_that_they_are_busy(open_page):
    page = open_page(RESULTS)
    held = []
    page.route("**/palvelut/**", lambda route: held.append(route))
    parishes(page).check()

    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    expect(page.locator("form.finder")).to_have_class(re.compile("htmx-request"))
    held[0].continue_()
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")


def test_beginning_of_a_personal_identity_code_is_not_sent(open_page):
    page = open_page(RESULTS)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#q").fill("131052-308T")
    parishes(page).check()
    page.wait_for_url("**sector=parish**")

    assert not [url for url in asked if "131052" in url]


def is_change(route):
    return "hx-request" in route.request.headers


# On a phone


def test_first_result_is_seen_without_scrolling(open_page):
    page = open_page("/fi/palvelut/?q=ero&municipality=092", **PHONE)

    assert page.locator("[data-service-id]").first.bounding_box()["y"] <= 430


def test_filters_open_in_a_sheet_and_give_the_focus_back(open_page):
    page = open_page(RESULTS, **PHONE)
    opener, sheet = page.locator("#open-filters"), page.get_by_role("dialog")
    assert not parishes(page).is_visible()
    opener.click()
    expect(sheet).to_be_visible()
    assert sheet.get_attribute("aria-labelledby")
    assert violations(page) == []
    page.keyboard.press("Escape")

    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()


def test_ticking_in_the_sheet_keeps_it_open_with_the_new_number_on_its_button(open_page):
    page = open_page(RESULTS, **PHONE)
    page.locator("#open-filters").click()
    narrow_to_parishes(page)
    show = page.get_by_role("dialog").locator("button[type=submit]")

    expect(parishes(page)).to_be_focused()
    expect(show).to_contain_text(f"({found(page)})")
    show.click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#chosen")).to_have_text("2")
    assert sectors(page) == {"parish"}


def test_filters_move_with_the_width(open_page):
    page = open_page(RESULTS, **PHONE)
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(parishes(page)).to_be_visible()
    expect(page.locator("#municipality")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 780})
    expect(parishes(page)).to_be_hidden()


def test_without_javascript_a_phone_has_the_filters_above_the_results(open_page):
    page = open_page(RESULTS, java_script_enabled=False, **PHONE)
    assert not page.locator("#open-filters").is_visible()
    page.locator("#filters > summary").click()
    parishes(page).check()
    page.locator("#filters button[type=submit]").click()
    page.wait_for_url("**sector=parish**")

    assert sectors(page) == {"parish"}


@pytest.mark.parametrize("leave", ["Escape", "Tab", "press"])
def test_menu_of_orders_closes_when_it_is_left(open_page, leave):
    page = open_page(RESULTS)
    menu, summary = page.locator(".sorts"), page.locator(".sorts > summary")
    summary.press("Enter")
    expect(menu).to_have_attribute("open", "")
    if leave == "press":
        page.locator("#found").click()
    elif leave == "Escape":
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        expect(summary).to_be_focused()
    else:
        for _link in range(menu.locator("a").count() + 1):
            page.keyboard.press("Tab")

    expect(menu).not_to_have_attribute("open", "")
