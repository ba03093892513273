"""A reminder is answered from the mail on the phone, without a login; a reader's report from the member's own page."""

import pytest

from .axe import violations
from .page_actions import EDITOR_ROLE as EDITOR_ROLE
from .page_actions import log_in

pytestmark = pytest.mark.browser

EDITOR = "jarjeston-muokkaaja@palvelukartta.example"


@pytest.fixture(scope="module")
def link(demo):
    """The path of the link in the reminder that the demo's daily run sends."""
    demo.manage("remind")
    letters = [letter for letter in demo.mails.of(EDITOR) if letter.subject.startswith("Pitävätkö")]
    (found,) = letters[-1].links
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
    service = page.locator(".service-card", has_text="12 kuukautta")
    assert service.count() == 1
    page.locator("button[name=confirm]").focus()
    page.keyboard.press("Enter")
    page.locator(".notice-good").wait_for()
    assert page.locator(".service-card", has_text="12 kuukautta").count() == 0
    page.locator(".service-card a[href*='/palvelut/']").first.click()
    page.wait_for_load_state()
    assert "tänään" in page.locator(".service-head .fresh").inner_text()
    assert page.problems == []


def test_ways_of_a_member_stand_on_one_row_of_a_phone(open_page, demo):
    page = open_page("/", width=360)
    log_in(page, demo.url, EDITOR_ROLE)
    page.locator(".rows a[href*='/palvelut/']").last.click()
    page.wait_for_load_state()
    for nav in page.locator(".own-nav").all():
        assert nav.bounding_box()["height"] < 60
        more = nav.locator("summary")
        more.focus()
        page.keyboard.press("Enter")
        for link in nav.locator(".own-more a").all():
            box = link.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 360
        assert violations(page) == []
        page.keyboard.press("Enter")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not page.locator(".own-nav summary:visible").count()
    assert page.locator(".own-tabs a:visible").count() == 9
    assert page.problems == []


def assert_accessible(page):
    """In the sizes and colours of phones and desktops."""
    for width, scheme in ((360, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_reader_reports_a_mistake_and_gets_an_answer(open_page, demo):
    member = open_page("/")
    log_in(member, demo.url, EDITOR_ROLE)
    reader = open_page(member.locator("ul.rows h3 a").first.get_attribute("href"))
    reader.locator(".cards .card-name a, .card-name a").first.click()
    reader.locator("a[href*='/ilmoita-virheesta/']").first.click()
    reader.wait_for_load_state()
    reader.locator("input[name=kind][value=phone]").check()
    reader.fill("#id_text", "Numero ei vastaa.")
    reader.fill("#id_email", "asiakas@example.org")
    reader.wait_for_timeout(3200)  # nobody fills the form in faster
    reader.locator("main form.stack button[type=submit]").click()
    reader.wait_for_url("**/kiitos/")

    member.reload()
    assert_accessible(member)
    member.locator(".tasks .urgent a.button[href*='/ilmoitukset/']").click()
    report = member.locator(".record-cards > li", has_text="Numero ei vastaa.")
    report.wait_for()
    assert_accessible(member)
    report.locator("button[value=answer]").click()
    member.locator("[role=alert]").wait_for()
    assert_accessible(member)
    report.locator("textarea").fill("Numero on nyt oikein.")
    report.locator("button[value=answer]").focus()
    member.keyboard.press("Enter")
    member.locator(".notice-good").wait_for()
    assert "Numero on nyt oikein." in demo.mails.of("asiakas@example.org")[-1].text
    assert report.count() == 0
    assert member.problems == reader.problems == []
