"""Every public page of the URL configuration in every language: accessible in all looks, enlarged, widely spaced."""

from functools import partial
from itertools import product

import pytest

from tools.traffic_counter import TrafficCounter

from .axe import COLOUR_RULES, RULES_OF_WORDS, violations
from .conftest import record_console_error, record_failed_request
from .page_actions import COORDINATOR_ROLE, MFA_USER_LOGIN, log_in
from .records import coordinator_records, history_records, mail_link_records, member_records, public_records
from .routes import EXAMPLES, LANGUAGES, ROUTES_WITHOUT_PAGE, public_routes
from .second_step import PASSWORD, log_in_with_code

pytestmark = pytest.mark.browser

WIDTHS, SCHEMES = (1280, 360), ("light", "dark")
WIDTH_AND_SCHEME_PAIRS = list(product(WIDTHS, SCHEMES))
# 1280 pixels enlarged to 400 percent.
ENLARGED_WIDTH = 320
# What WCAG 1.4.12 lets readers set.
TEXT_SPACING_CSS = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }
"""
PAGES = [
    pytest.param((route, example, language), id=f"{language} {route} {example.of}".strip())
    for language in LANGUAGES
    for route, examples in EXAMPLES.items()
    for example in examples
]
# Kilobytes over the wire of a page with its files, without what the worker then stores once for each device.
MAX_FIRST_VISIT_KB = 60
# The heaviest pages of members, and the one that most of them see first.
HEAVY_ROUTES = {
    "dashboard:account",
    "confirming:confirm",
    "editing:new",
    "editing:edit",
    "editing:profile",
    "editing:place",
}
MEMBER_PAGES = [
    pytest.param(route, example, id=f"{route} {example.of}".strip())
    for route, examples in EXAMPLES.items()
    for example in examples
    if route in HEAVY_ROUTES and not example.do
]


class PagesByRole(dict):
    """One page for all tests of a role, since opening one takes as long as looking at it; "" for visitors."""

    def __init__(self, browser, demo):
        self.browser, self.demo = browser, demo
        self.records = public_records(demo.url) | mail_link_records(demo)

    def __missing__(self, who):
        page = self[who] = self.browser.new_context().new_page()
        page.problems, page.records = [], self.records
        page.on("console", partial(record_console_error, page.problems))
        page.on("requestfailed", partial(record_failed_request, page.problems))
        if who == MFA_USER_LOGIN:
            page.password = PASSWORD
            self.records |= log_in_with_code(page, self.demo)
        elif who:
            page.password = log_in(page, self.demo.url, who)
            if who == COORDINATOR_ROLE:  # looks after no organisation
                self.records |= coordinator_records(page, self.demo.url, *self.records["edited_path"])
                return page
            self.records |= member_records(page, self.demo.url)
            self.records |= history_records(page, self.demo.url, *self.records["written"])
        return page


@pytest.fixture(scope="module")
def pages_by_role(browser, demo):
    windows = PagesByRole(browser, demo)
    yield windows
    for page in windows.values():
        page.context.close()


@pytest.fixture(scope="module", params=PAGES)
def example_page(request, pages_by_role, demo):
    """Each page in turn: it is loaded once, and then every test here looks at it."""
    route, example, language = request.param
    window = pages_by_role[example.who]
    window.problems.clear()
    window.set_viewport_size({"width": 1280, "height": 900})
    window.goto(demo.url + example.address(route, language, pages_by_role.records))
    assert not example.who or not window.locator("#id_login").count(), f"{example.who} is not logged in"
    if example.do:
        example.do(window)
    trim_repeated_elements(window)
    return window


def test_every_route_has_an_example():
    """A new page is added to EXAMPLES, or to NO_PAGES with the reason."""
    routes = set(public_routes())
    assert routes - EXAMPLES.keys() - ROUTES_WITHOUT_PAGE.keys() == set()
    assert (EXAMPLES.keys() | ROUTES_WITHOUT_PAGE.keys()) - routes == set()


def test_page_has_no_accessibility_faults(request, example_page):
    language = request.node.callspec.params["example_page"][2]
    assert faults_in_language(example_page, language) == []
    assert example_page.problems == []


def test_enlarged_and_widely_spaced_page_loses_nothing(example_page):
    resize(example_page, ENLARGED_WIDTH)
    assert overflowing_elements(example_page, ENLARGED_WIDTH) == []
    # As a reader's own style sheet does it: no policy of the site forbids that.
    example_page.evaluate(
        "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s] }",
        TEXT_SPACING_CSS,
    )
    for width in (ENLARGED_WIDTH, 1280):
        resize(example_page, width)
        assert overflowing_elements(example_page, width) == []
        assert clipped_elements(example_page) == []


@pytest.fixture(scope="module")
def counter(demo):
    counter = TrafficCounter(int(demo.url.rpartition(":")[2]))
    yield counter
    counter.close()


@pytest.mark.parametrize(("route", "example"), MEMBER_PAGES)
def test_first_visit_to_a_page_of_members_weighs_little(pages_by_role, counter, browser, route, example):
    window = pages_by_role[example.who]
    context = browser.new_context(storage_state=window.context.storage_state())
    page = context.new_page()
    page.goto(counter.url + example.address(route, "fi", pages_by_role.records), wait_until="networkidle")
    page.wait_for_timeout(800)  # the worker begins after the page
    counted = counter.kilobytes()
    context.close()
    assert 5 < counted <= MAX_FIRST_VISIT_KB


@pytest.mark.parametrize("language", LANGUAGES)
def test_unknown_page_has_no_accessibility_faults(open_page, language):
    assert accessibility_faults(open_page(f"/{language}/eiole/"), WIDTH_AND_SCHEME_PAIRS) == []


def trim_repeated_elements(page):
    """Hundreds of options are alike, and so are boxes to tick and twenty cards."""
    page.evaluate(
        """() => {
          document.querySelectorAll('select').forEach(s => { s.length = Math.min(s.length, 5) });
          const more = document.querySelectorAll(':is(.cards, .ticks, .options) > :nth-child(n + 8)');
          more.forEach(one => one.remove());
        }"""
    )


def faults_in_language(page, language):
    """Elements and colours are the same in every language: all but the first are checked for what words may change."""
    return accessibility_faults(page, WIDTH_AND_SCHEME_PAIRS) if language == LANGUAGES[0] else faults_of_words(page)


def accessibility_faults(page, looks):
    """What is wrong in the looks; the second colour scheme of a width is only asked for its colours."""
    found, widths = [], set()
    for width, scheme in looks:
        resize(page, width)
        page.emulate_media(color_scheme=scheme)
        found += [
            f"{width} {scheme} {fault}" for fault in violations(page, only=COLOUR_RULES if width in widths else ())
        ]
        widths.add(width)
    return found


def faults_of_words(page):
    """What is wrong for the words of this language, in the narrow window, where there is least room for them."""
    resize(page, min(WIDTHS))
    return violations(page, only=RULES_OF_WORDS)


def resize(page, width):
    page.set_viewport_size({"width": width, "height": 900})


def overflowing_elements(page, width):
    """Elements that make the page wider than the window."""
    return page.evaluate(
        """width => document.documentElement.scrollWidth <= width ? [] :
        [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > width + 1)
        .map(e => e.outerHTML.slice(0, 120))""",
        width,
    )


def clipped_elements(page):
    """Elements with text of which a part is cut off."""
    return page.evaluate(
        """() => [...document.body.querySelectorAll('*')].filter(element => {
          const style = getComputedStyle(element), box = element.getBoundingClientRect();
          const hides = ['hidden', 'clip'].some(v => [style.overflowX, style.overflowY].includes(v));
          // A map is a window on what goes on beyond it.
          if (element.matches('.leaflet-container')) return false;
          // What is for screen readers only is a pixel wide.
          if (!hides || box.width <= 1 || box.height <= 1 || !element.textContent.trim()) return false;
          return element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
        }).map(element => element.outerHTML.slice(0, 120))"""
    )
