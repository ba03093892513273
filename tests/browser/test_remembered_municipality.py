"""The municipality of a device: remembered only if its reader says so, and nowhere else."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

HOME = "/fi/"


def municipality(page):
    return page.locator("#municipality")


def remember(page):
    municipality(page).select_option("092")
    page.locator("#remember").check()


def test_nothing_is_kept_unless_the_reader_says_so(open_page):
    page = open_page(HOME)
    municipality(page).select_option("092")

    assert page.evaluate("localStorage.length") == 0
    page.reload()
    assert municipality(page).input_value() == ""


def test_remembered_one_is_chosen_at_the_next_visit(open_page):
    page = open_page(HOME)
    remember(page)
    page.goto(page.url)

    assert municipality(page).input_value() == "092"
    expect(page.locator("#remember")).to_be_checked()


def test_remembered_one_applies_to_results_that_name_none(open_page, demo):
    page = open_page(HOME)
    remember(page)
    page.locator("a[href*='category=']").first.click()
    page.wait_for_url("**municipality=092**")

    expect(municipality(page)).to_have_value("092")
    expect(page.locator(".chips a.chip")).to_have_count(2)
    assert page.problems == []


@pytest.mark.parametrize("query", ["municipality=245", "municipality=", "county=04", "q=perheneuvola+Keravalla"])
def test_address_that_says_where_goes_before(open_page, demo, query):
    page = open_page(HOME)
    remember(page)
    page.goto(f"{demo.url}/fi/palvelut/?{query}")
    page.wait_for_load_state("networkidle")

    assert "municipality=092" not in page.url


def test_one_taken_away_stays_away(open_page):
    page = open_page(HOME)
    remember(page)
    page.locator("a[href*='category=']").first.click()
    page.wait_for_url("**municipality=092**")
    page.locator(".chips a.chip", has_text="Vantaa").click()
    page.wait_for_load_state("networkidle")

    assert "municipality" not in page.url
    assert municipality(page).input_value() == ""


def test_forgetting(open_page):
    page = open_page(HOME)
    remember(page)
    page.locator("#remember").uncheck()

    assert page.evaluate("localStorage.length") == 0
    page.goto(page.url)
    assert municipality(page).input_value() == ""


def test_without_javascript_the_box_is_not_there(open_page):
    page = open_page(HOME, java_script_enabled=False)

    assert not page.locator("#remember").is_visible()
