"""The history of a record in a browser: readable for everybody, and a version is back at one press."""

import pytest
from playwright.sync_api import expect

from palvelukartta.demo import DEMO_LOGINS

from .axe import violations

pytestmark = pytest.mark.browser

SERVICES = "/fi/admin/services/service/"


@pytest.fixture
def desk(open_page):
    """The list of services at the desk; a superuser of the demonstration has signed in."""
    email, password = next(login[:2] for login in DEMO_LOGINS if login[2] == "superuser")
    page = open_page(f"/fi/admin/login/?next={SERVICES}")
    page.locator("input[name=username], input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"**{SERVICES}")
    return page


@pytest.mark.parametrize(("width", "colours"), [(1280, "light"), (360, "dark")])
def test_history_versions_and_bringing_one_back(desk, demo, width, colours):
    desk.locator("#result_list tbody th a").first.click()
    desk.wait_for_url("**/change/**")
    history = desk.locator(".historylink").get_attribute("href")
    name = desk.locator("#id_name_sv")
    before, changed = name.input_value(), f"Familjecafé {width}"
    name.fill(changed)
    desk.locator("input[name=_continue]").first.click()
    desk.locator(".messagelist").wait_for()

    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=colours)
    desk.goto(demo.url + history)
    moments = desk.locator(".moments > li")
    expect(moments.nth(0).locator("ins")).to_contain_text([changed])
    assert violations(desk) == []
    moments.nth(1).locator("a").last.click()
    expect(desk.locator("#differences")).to_be_visible()
    assert violations(desk) == []
    desk.locator("main form[method=post] button").click()
    expect(desk.locator("main [role=status]")).to_be_visible()
    expect(moments.nth(0).locator("ins")).to_contain_text([before])
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(desk) == []
    assert desk.problems == []
