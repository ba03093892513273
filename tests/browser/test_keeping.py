"""A reminder arrives by mail and is answered on the phone, without a login."""

import pytest

from .axe import violations

pytestmark = pytest.mark.browser

EDITOR = "jarjeston-muokkaaja@palvelukartta.example"


@pytest.fixture(scope="module")
def link(demo):
    """The path of the link in the reminder that the demo's daily run sends."""
    demo.manage("remind")
    (found,) = demo.mails.of(EDITOR)[-1].links
    return found


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_for_everybody(open_page, link, width, scheme):
    page = open_page(link, width=width, color_scheme=scheme)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.problems == []


def test_one_press_by_keyboard_and_everything_is_confirmed(open_page, link):
    page = open_page(link, width=360)
    assert page.locator(".notice-good").count() == 0
    service = page.locator(".kept-service", has_text="12 kuukautta")
    assert service.count() == 1
    page.locator("button[name=confirm]").focus()
    page.keyboard.press("Enter")
    page.locator(".notice-good").wait_for()
    assert page.locator(".kept-service", has_text="12 kuukautta").count() == 0
    page.locator(".kept-service a[href*='/palvelut/']").first.click()
    page.wait_for_load_state()
    assert "tänään" in page.locator(".service-head .fresh").inner_text()
    assert page.problems == []
