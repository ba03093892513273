"""A coordinator writes a service path in a browser: nothing typed is lost, and Enter searches where one searches."""

import pytest
from playwright.sync_api import expect

from .page_actions import COORDINATOR_ROLE, log_in, view_path

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(browser, demo):
    context = browser.new_context(viewport={"width": 360, "height": 800}, service_workers="block")
    page = context.new_page()
    log_in(page, demo.url, COORDINATOR_ROLE)
    yield page
    context.close()


def test_text_that_was_not_saved_is_offered_again(desk, demo):
    desk.goto(f"{demo.url}{view_path('paths:add')}")
    desk.fill("#id_name_fi", "Kokeilupolku")
    desk.get_by_role("button", name="Tallenna", exact=True).click()
    expect(desk.locator("h1")).to_have_text("Kokeilupolku")
    desk.fill("#id_summary_fi", "Ei vielä tallennettu.")
    desk.get_by_role("link", name="Lisää vaihe").click()
    desk.fill("#id_title_fi", "Puhutaan")
    desk.fill("#find", "perhe")
    desk.press("#find", "Enter")
    desk.locator(".path-found button").first.click()
    expect(desk.locator(".path-edit li")).to_have_count(1)
    expect(desk.locator("#find")).to_have_value("")
    expect(desk.locator("#id_title_fi")).to_have_value("Puhutaan")
    desk.get_by_role("button", name="Tallenna", exact=True).click()

    expect(desk.locator("#kept")).to_be_visible()
    desk.locator("[data-restore]").click()
    expect(desk.locator("#id_summary_fi")).to_have_value("Ei vielä tallennettu.")
    desk.get_by_role("button", name="Tallenna", exact=True).click()
    expect(desk.locator("#kept")).to_be_hidden()
    expect(desk.locator("#id_summary_fi")).to_have_value("Ei vielä tallennettu.")
