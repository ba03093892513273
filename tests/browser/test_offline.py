"""Without a network: what was seen and what was saved can be read, and says that it is a copy."""

import re

import pytest
from playwright.sync_api import expect

from .axe import violations
from .device import CACHED_PATHS_SCRIPT, wait_for_cached_page, wait_until

pytestmark = pytest.mark.browser

RESULTS = "/en/services/?q=separation"
LOGIN = ("koordinaattori@palvelukartta.example", "kartta-demo-koordinaattori")


def open_service(page, number=0):
    """Open a service from the results; its path."""
    page.go(RESULTS)
    page.locator(".card-name a").nth(number).click()
    page.wait_for_url("**/services/*-*/")
    path = re.sub(r"^https?://[^/]+", "", page.url)
    wait_for_cached_page(page, "seen", path)
    return path


def test_service_that_was_seen_is_read_again_and_says_that_it_is_a_copy(device):
    path = open_service(device)
    name = device.locator("h1").text_content()
    device.offline()
    device.go(path)

    expect(device.locator("h1")).to_have_text(name)
    notice = device.locator("main > :first-child")
    expect(notice).to_have_class(re.compile("notice-stored"))
    assert re.search(r"\d{1,2} \w+ at \d\d:\d\d", notice.text_content())
    # It is the first that a screen reader says, too.
    assert not device.title().startswith(name)
    # "3 days ago" would be wrong by now.
    expect(device.locator(".service-head .ago")).to_be_hidden()
    expect(device.locator(".service-head .then")).to_be_visible()
    # It looks as ever.
    assert device.evaluate("getComputedStyle(document.querySelector('.brand')).display") != "inline"
    assert violations(device) == []


def test_with_a_network_a_copy_is_never_shown(device):
    path = open_service(device)
    device.evaluate(
        """async (path) => { const seen = await caches.open("seen"), copy = await seen.match(path);
        await seen.put(path, new Response("<main>OLD</main>", { headers: copy.headers })) }""",
        path,
    )
    device.go(path)

    assert device.locator(".notice-stored").count() == 0
    assert "OLD" not in device.content()


def test_any_other_page_says_so_and_lists_what_there_is(device):
    path = open_service(device)
    device.offline()
    device.go("/en/organisations/")

    expect(device.locator("#kept-pages a")).to_have_count(1)
    assert violations(device) == []
    device.locator("#kept-pages a").click()
    device.wait_for_url(f"**{path}")
    expect(device.locator(".notice-stored")).to_be_visible()


def test_page_that_was_wanted_comes_when_the_network_does(device):
    open_service(device)
    device.offline()
    device.go("/en/organisations/")
    expect(device.locator("[data-again]")).to_be_visible()
    device.offline(False)

    expect(device.locator("[data-again]")).to_have_count(0)
    assert device.url.endswith("/en/organisations/")


def test_only_the_last_twenty_are_kept(device):
    paths = device.evaluate(
        """async () => { const seen = await caches.open("seen"), headers = { "Stored-At": new Date().toISOString() };
        for (let n = 0; n < 25; n++) await seen.put(`/en/services/${n}-x/`, new Response("", { headers }));
        return (await seen.keys()).map(({ url }) => new URL(url).pathname) }"""
    )
    path = open_service(device)

    assert device.kept("seen") == [*paths[-19:], path]


def test_what_was_seen_a_month_ago_is_gone(device):
    device.evaluate(
        """async () => (await caches.open("seen")).put("/en/services/1-x/",
        new Response("", { headers: { "Stored-At": "2020-01-01T00:00:00Z" } }))"""
    )
    path = open_service(device)
    wait_until(device, "async () => !(await (await caches.open('seen')).match('/en/services/1-x/'))")

    assert device.kept("seen") == [path]


def test_caches_of_an_older_version_go(device):
    device.evaluate("Promise.all(['files-old', 'shell-old'].map((name) => caches.open(name)))")
    device.evaluate("navigator.serviceWorker.getRegistration().then((worker) => worker.unregister())")
    device.go("/en/")
    wait_until(device, "async () => !(await caches.keys()).some((name) => name.endsWith('-old'))")


def test_nothing_is_kept_of_what_is_not_for_everybody(device, demo):
    device.go("/en/admin/login/?next=/en/admin/")
    device.locator("#id_login").fill(LOGIN[0])
    device.locator("#id_password").fill(LOGIN[1])
    device.locator("#id_password").press("Enter")
    device.wait_for_url("**/en/admin/")
    device.go(RESULTS)
    device.locator(".card-name a").first.click()
    device.locator("a[rel=nofollow]").click()
    device.locator("#id_text").wait_for()
    # Whatever the worker was about to keep of these it has kept by the time it has kept something else.
    device.context.clear_cookies()
    path = open_service(device, 1)

    kept = device.evaluate(CACHED_PATHS_SCRIPT)
    pages = {path for name, paths in kept.items() if not name.startswith("files-") for path in paths}
    assert pages == {path, "/en/offline/", "/en/saved/"}


def test_installing_fetches_little(browser, demo):
    context = browser.new_context()
    fetched = []
    context.on("response", lambda answer: fetched.append(answer) if answer.request.service_worker else None)
    page = context.new_page()
    page.goto(demo.url + "/en/")
    wait_for_cached_page(page, "shell", "/en/saved/")
    pages = [answer.url.removeprefix(demo.url) for answer in fetched if "/static/" not in answer.url]
    context.close()

    assert set(pages) <= {"/sw.js", "/en/offline/", "/en/saved/"}
