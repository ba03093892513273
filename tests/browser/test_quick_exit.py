"""Leave a page about violence at once, so that the history does not show it."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ELSEWHERE = "https://www.ilmatieteenlaitos.fi/"
SEARCH = "/fi/palvelut/?category=violence-and-safety&q=mies+lyö"


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def reader(request, browser):
    """A phone that gets an empty page instead of the other site."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=request.param)
    context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body="<title>Sää</title>", content_type="text/html"))
    page = context.new_page()
    page.has_script = request.param
    yield page
    context.close()


def test_quick_exit_takes_the_page_out_of_the_history(reader, demo):
    ways = [lambda: reader.locator(".quick-exit").click()]
    if reader.has_script:
        ways.append(lambda: [reader.keyboard.press("Escape") for _ in range(3)])
    for leave in ways:
        reader.goto(f"{demo.url}/fi/")
        reader.goto(f"{demo.url}{SEARCH}")
        expect(reader).to_have_title("Palvelut – Palvelukartta")
        expect(reader.locator("main a.tel").first).to_have_attribute("href", "tel:112")
        reader.wait_for_load_state("networkidle")
        leave()
        expect(reader).to_have_url(ELSEWHERE)
        if reader.has_script:
            reader.go_back()
            expect(reader).to_have_url(f"{demo.url}/fi/")


def test_saved_list_with_such_a_service_can_be_left_as_quickly(browser, demo):
    context = browser.new_context(viewport={"width": 360, "height": 800})
    context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body="<title>Sää</title>", content_type="text/html"))
    reader = context.new_page()
    for search, has_exit in (("perhekerho", False), ("Vaahterapihan turvakoti", True)):
        reader.goto(f"{demo.url}/fi/palvelut/?q={search}")
        reader.locator("[data-save]").first.check()
        reader.goto(f"{demo.url}/fi/tallennetut/")
        reader.locator("#saved-cards .card").last.wait_for()
        expect(reader.locator(".quick-exit")).to_have_count(int(has_exit))
    expect(reader).to_have_title("Tallennetut palvelut – Palvelukartta")
    reader.wait_for_load_state("networkidle")
    for _ in range(3):
        reader.keyboard.press("Escape")
    expect(reader).to_have_url(ELSEWHERE)
    context.close()
