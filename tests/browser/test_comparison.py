"""Choosing services in the results and putting them side by side."""

import re

import pytest
from playwright.sync_api import expect

from .axe import violations

pytestmark = pytest.mark.browser

RESULTS = "/en/services/?q=separation"


def boxes(page):
    return page.locator("input[name=s]")


def bar(page):
    return page.locator("#compare")


def compare(page):
    bar(page).locator("button[type=submit]").click()
    page.wait_for_url("**/compare/?**")
    return re.findall(r"s=(\d+)", page.url)


def columns(page):
    return page.locator("th[scope=col]")


def test_choice_is_counted_and_kept_from_search_to_search(open_page, demo):
    page = open_page(RESULTS)
    expect(bar(page)).to_be_hidden()
    first = boxes(page).nth(0)
    chosen = [first.get_attribute("value")]
    first.check()
    expect(bar(page)).to_contain_text("(1)")
    page.goto(f"{demo.url}/en/services/?q=debt")
    expect(bar(page)).to_contain_text("(1)")
    chosen.append(boxes(page).nth(0).get_attribute("value"))
    boxes(page).nth(0).check()
    expect(bar(page)).to_contain_text("(2)")

    assert compare(page) == chosen
    assert columns(page).count() == 2
    page.go_back()
    expect(boxes(page).nth(0)).to_be_checked()
    assert page.problems == []


def test_fifth_one_is_refused_aloud(open_page):
    page = open_page(RESULTS)
    for number in range(4):
        boxes(page).nth(number).check()
    boxes(page).nth(4).click()

    expect(boxes(page).nth(4)).not_to_be_checked()
    expect(bar(page).locator("[aria-live]")).not_to_be_empty()
    expect(bar(page)).to_contain_text("(4)")


def test_choice_can_be_dropped(open_page):
    page = open_page(RESULTS)
    boxes(page).nth(0).check()
    bar(page).locator("button[type=reset]").click()

    expect(bar(page)).to_be_hidden()
    expect(boxes(page).nth(0)).not_to_be_checked()
    page.reload()
    expect(boxes(page).nth(0)).not_to_be_checked()


def test_one_taken_away_in_the_table_is_no_longer_chosen(open_page, demo):
    page = open_page(RESULTS)
    boxes(page).nth(0).check()
    boxes(page).nth(1).check()
    compare(page)
    columns(page).nth(0).locator("a[href^='?']").click()
    expect(columns(page)).to_have_count(1)
    page.goto(demo.url + RESULTS)

    expect(bar(page)).to_contain_text("(1)")


def test_choice_outlives_a_change_of_filters(open_page):
    page = open_page(RESULTS)
    box = page.locator("[data-sector=parish] input[name=s]").first
    value = box.get_attribute("value")
    box.check()
    page.locator("input[name=sector][value=parish]").check()
    page.wait_for_url("**sector=parish**")

    expect(page.locator(f"input[name=s][value='{value}']")).to_be_checked()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_table_has_no_faults_and_scrolls_within_itself(open_page, width, scheme):
    page = open_page(RESULTS, width=width, color_scheme=scheme)
    for number in range(4):
        boxes(page).nth(number).check()
    assert violations(page) == []
    compare(page)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    around = page.get_by_role("region", name="The services side by side")
    around.focus()
    before = page.locator("tbody th").first.bounding_box()["x"]
    around.evaluate("element => element.scrollBy(200, 0)")
    assert page.locator("tbody th").first.bounding_box()["x"] == before


def test_without_javascript_boxes_and_a_button_do_the_same(open_page):
    page = open_page(RESULTS, java_script_enabled=False)
    chosen = [boxes(page).nth(number).get_attribute("value") for number in (0, 2)]
    boxes(page).nth(0).check()
    boxes(page).nth(2).check()

    assert compare(page) == chosen
    assert columns(page).count() == 2


@pytest.mark.parametrize("number", [2, 4])
def test_on_a_phone_two_services_are_seen_at_once(open_page, number):
    """No word of a row's heading is cut, and what nobody has told is a dash."""
    page = open_page(RESULTS)
    chosen = [boxes(page).nth(row).get_attribute("value") for row in range(number)]
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(page.url.split("?")[0].replace("services", "compare") + "?" + "&".join(f"s={pk}" for pk in chosen))
    for column in range(2):
        seen = columns(page).nth(column).bounding_box()
        assert seen["x"] >= 0 and seen["x"] + seen["width"] <= 360
    lines = page.locator("th[scope=row]").evaluate_all(
        "heads => heads.map((head) => head.scrollWidth > head.clientWidth || head.getClientRects()[0].height > 40)"
    )
    assert not any(lines)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []
