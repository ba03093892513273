"""Every public page in a real browser: accessible, of its own host only, and usable on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

PAGES = {
    "home": ("/fi/", "/sv/", "/en/"),
    "results": ("/fi/palvelut/?q=ero", "/sv/tjanster/?q=skilsm%C3%A4ssa", "/en/services/?q=separation"),
    "results with filters": (
        "/fi/palvelut/?municipality=092&age=5&sector=ngo&category=family-life",
        "/sv/tjanster/?county=04&language=sv&cost=free",
        "/en/services/?language=en&route=self&page=2",
    ),
    "a place in the words": (
        "/fi/palvelut/?q=perheneuvola+Keravalla",
        "/sv/tjanster/?q=st%C3%B6d+i+Vanda&place=off",
        "/en/services/?q=eating+disorder+Kerava",
    ),
    "nothing found under filters": (
        "/fi/palvelut/?q=velkaneuvonta+Vantaalla&age=1&cost=fee",
        "/sv/tjanster/?q=skulder+Vanda&age=1&cost=fee",
        "/en/services/?category=eating-problems&municipality=245&sector=state",
    ),
    "nothing found": ("/fi/palvelut/?q=qqxxqq", "/sv/tjanster/?q=qqxxqq", "/en/services/?q=qqxxqq"),
    "not understood": ("/fi/palvelut/?sector=x&age=999", "/sv/tjanster/?county=zz", "/en/services/?page=x"),
    "organisations": ("/fi/organisaatiot/", "/sv/organisationer/", "/en/organisations/"),
    "contacts": (
        "/fi/yhteyshenkilot/?county=04",
        "/sv/kontaktpersoner/?county=04",
        "/en/contacts/?county=04",
    ),
    "nothing to compare": ("/en/compare/",),
    "about": ("/fi/tietoa/", "/sv/om/", "/en/about/"),
    "not found": ("/fi/eiole/", "/sv/finnsinte/", "/en/missing/"),
}
ADDRESSES = [pytest.param(path, id=f"{name} {path[1:3]}") for name, paths in PAGES.items() for path in paths]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page):
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_a_page_has_no_accessibility_faults(open_page, path, width, scheme):
    page = open_page(path, width=width, color_scheme=scheme)

    assert violations(page) == []


@pytest.mark.parametrize("path", ADDRESSES)
def test_nothing_runs_over_the_edge_of_a_phone(open_page, path):
    page = open_page(path, width=360)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_way_from_home_to_a_service_and_its_organisation(open_page, demo):
    page = open_page("/fi/")

    page.get_by_label("Millaista apua tarvitaan?").fill("ero")
    page.get_by_label("Kunta").select_option(label="Vantaa")
    page.keyboard.press("Enter")
    page.wait_for_url("**/palvelut/?q=ero&municipality=092")
    cards = page.locator("[data-service-id]")
    sectors = {cards.nth(i).get_attribute("data-sector") for i in range(cards.count())}
    assert len(sectors) >= 3

    cards.first.get_by_role("link").first.click()
    assert violations(page) == []
    page.locator(".service-head a").first.click()
    assert violations(page) == []

    page.get_by_role("link", name="Svenska").click()
    assert page.url.startswith(f"{demo.url}/sv/organisationer/")
    assert page.problems == []


def test_the_keyboard_alone_finds_a_service(open_page):
    page = open_page("/en/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("debt")
    page.keyboard.press("Enter")
    page.wait_for_url("**/services/?q=debt*")
    for _step in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('.card-name'))"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/services/*-*/")

    assert page.get_by_role("heading", level=1).is_visible()


def test_without_javascript_filters_work_all_the_same(open_page):
    page = open_page("/fi/palvelut/?q=ero", java_script_enabled=False)

    before = page.locator("[data-service-id]").count()
    if not page.locator("#county").is_visible():
        page.locator("#filters > summary").click()
    page.locator("input[name=sector][value=parish]").check()
    page.get_by_role("button", name="Näytä tulokset").click()
    page.wait_for_url("**sector=parish**")

    sectors = page.locator("[data-service-id]").evaluate_all("cards => cards.map(c => c.dataset.sector)")
    assert set(sectors) == {"parish"}
    assert len(sectors) < before


def test_a_page_asks_no_other_host_and_sets_no_cookie(open_page, demo, browser):
    context = browser.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(demo.url + "/fi/palvelut/?q=ero")

    assert all(url.startswith(demo.url) for url in asked)
    assert context.cookies() == []
    context.close()


def test_the_demo_prints_its_address_and_logins(demo):
    assert "koordinaattori@palvelukartta.example" in demo.printed
    assert demo.url in demo.printed
