"""The family's page on a phone: kept without a network, answered, counted, and gone when the list ends."""

import pytest
from playwright.sync_api import Error, expect

from .axe import violations
from .device import CACHED_PATHS_SCRIPT, wait_until
from .page_actions import EDITOR_ROLE, log_in, view_path

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 800}
# A published service of the demo accounts' organisation that nobody has answered about, and four answers about it.
FOUR_ANSWERS = """
from django.utils import timezone
from organisations.core.freshness import add_months
from services.models import AnswerCount, Service
from palvelukartta.demo import MEMBER_ORGANISATION_KEY as key
services = Service.objects.published().filter(organisation__references__identifier=key)
service = services.filter(answer_counts=None).first()
place = Service.objects.sole_municipalities([service.pk]).get(service.pk)
month = add_months(timezone.localdate().replace(day=1), -1)
AnswerCount.objects.create(
    service=service, municipality_id=place, month=month, outcome="tried", obstacle="queue", answers=4
)
print("made", service.pk, service.organisation_id)
"""
CLOSE_THE_MONTH = """
from django.utils import timezone
from organisations.core.freshness import add_months
from services.models import AnswerCount
month = timezone.localdate().replace(day=1)
AnswerCount.objects.filter(month=month, service={service}, outcome="reached").update(month=add_months(month, -1))
"""
END_COPIES = """async () => { const cache = await caches.open("family");
  for (const key of await cache.keys()) { const copy = await cache.match(key), headers = new Headers(copy.headers);
    if (!headers.has("Offline-Copy-Until")) continue;
    headers.set("Offline-Copy-Until", "2020-01-01T00:00:00+00:00");
    await cache.put(key, new Response(await copy.text(), { headers })) } }"""


@pytest.fixture
def new_phone(browser):
    contexts = []

    def open_browser():
        contexts.append(browser.new_context(viewport=PHONE))
        return contexts[-1].new_page()

    yield open_browser
    for context in contexts:
        context.close()


def kept_pages(page):
    return [path for path in page.evaluate(CACHED_PATHS_SCRIPT).get("family", []) if path.startswith("/o/")]


def wait_for_copy(page, path):
    wait_until(page, "async (path) => Boolean(await caches.match(path, { cacheName: 'family' }))", path)


def test_family_reads_without_a_network_and_its_answer_is_the_fifth(new_phone, demo):
    _made, service, organisation = demo.manage("shell", "-c", FOUR_ANSWERS).splitlines()[-1].split()
    desk = new_phone()
    log_in(desk, demo.url, EDITOR_ROLE)
    usage = f"{demo.url}{view_path('usage:organisation', organisation)}?service={service}"

    worker = new_phone()
    worker.goto(f"{demo.url}{view_path('referrals:make-list')}?s={service}")
    worker.get_by_role("button", name="Tee linkki").last.click()
    link = worker.locator(".handover-link").get_attribute("href")
    path = link.removeprefix(demo.url)

    family = new_phone()
    family.goto(link)
    wait_for_copy(family, path)  # the first page, too, which was loaded before the worker
    family.get_by_role("link", name="Svenska").click()
    wait_for_copy(family, f"{path}sv/")
    family.get_by_role("link", name="العربية").click()
    wait_for_copy(family, f"{path}ar/")

    family.context.set_offline(True)
    family.goto(f"{link}sv/")
    expect(family.locator("h1")).to_have_text("Tjänster för dig")
    expect(family.locator(".if-stored")).to_contain_text("kopia från")
    expect(family.locator(".if-unsent")).to_be_hidden()
    assert violations(family) == []
    family.goto(f"{link}uk/")  # never opened: in another language rather than not at all
    expect(family.locator(".steps h2")).to_be_visible()
    family.goto(f"{link}ar/")
    family.get_by_role("button", name="نعم، حصلت عليها").click()
    expect(family.locator(".if-unsent")).to_be_in_viewport()
    assert family.locator("html").get_attribute("dir") == "rtl"

    family.context.set_offline(False)  # the page comes back by itself
    expect(family.locator(".if-stored")).to_be_hidden(timeout=15_000)
    family.get_by_role("button", name="حاولت ولم أتمكن").click()
    family.get_by_role("button", name="قائمة انتظار").click()
    expect(family.get_by_role("button", name="قائمة انتظار")).to_have_attribute("aria-pressed", "true")
    assert violations(family) == []
    family.get_by_role("button", name="نعم، حصلت عليها").click()
    expect(family.get_by_role("button", name="قائمة انتظار")).to_have_count(0)
    assert family.context.cookies() == []

    desk.goto(usage)
    expect(desk.get_by_text("Vastauksia ei ole vielä tarpeeksi.")).to_be_visible()
    demo.manage("shell", "-c", CLOSE_THE_MONTH.format(service=service))
    desk.reload()
    assert desk.locator(".usage-answers td").all_inner_texts()[:3] == ["5", "alle 5", "alle 5"]
    worker.reload()
    expect(worker.get_by_text("Perheen sivulla on vastattu")).to_be_visible()

    worker.get_by_role("button", name="Poista lista nyt").click()
    family.goto(link)
    expect(family.locator("h1")).to_have_text("Tämä sivu ei aukea")
    wait_until(family, "async () => !(await caches.has('family'))")


def test_copy_ends_with_the_list_although_there_is_no_network(new_phone, demo):
    family = new_phone()
    family.goto(f"{demo.url}/fi/palvelut/?q=ero")
    family.locator(".give-pick").first.click()
    family.get_by_role("button", name="Lisää ohjeita").click()
    family.get_by_role("button", name="Tee linkki").last.click()
    link = family.locator(".handover-link").get_attribute("href")
    family.goto(link)
    wait_for_copy(family, link.removeprefix(demo.url))
    path = link.removeprefix(demo.url)
    # The worker of the site, which this device has as well, leaves the copy alone until it has ended.
    family.goto(f"{demo.url}/fi/")
    assert kept_pages(family) == [path]
    family.evaluate(END_COPIES)
    family.context.set_offline(True)
    with pytest.raises(Error, match="ERR_"):
        family.goto(link)
    family.context.set_offline(False)

    family.goto(link)
    wait_for_copy(family, path)
    family.goto(f"{demo.url}/fi/")
    family.evaluate(END_COPIES)
    family.goto(f"{demo.url}/fi/tietosuoja/")
    wait_until(
        family, "async () => !(await (await caches.open('family')).keys()).some(({ url }) => url.includes('/o/'))"
    )


def test_page_about_violence_is_kept_only_while_the_family_wants_it(new_phone, demo):
    worker = new_phone()
    worker.goto(f"{demo.url}/fi/palvelut/?q=Vaahterapihan+turvakoti")
    worker.locator(".give-pick").first.click()
    worker.get_by_role("button", name="Lisää ohjeita").click()
    worker.get_by_role("button", name="Tee linkki").last.click()
    link = worker.locator(".handover-link").get_attribute("href")
    path = link.removeprefix(demo.url)

    family = new_phone()
    family.goto(link)
    expect(family.locator(".quick-exit")).to_be_visible()
    assert kept_pages(family) == []
    family.get_by_role("link", name="Säilytä sivu tässä puhelimessa").click()
    wait_for_copy(family, f"{path}fi/")
    family.goto(link)  # opened by the link as before: the copy stays, and in this form, too
    wait_for_copy(family, path)
    family.context.set_offline(True)
    family.goto(link)
    expect(family.locator(".if-stored")).to_be_visible()
    family.context.set_offline(False)

    family.get_by_role("link", name="Poista kopio tästä puhelimesta").click()
    expect(family.get_by_role("link", name="Säilytä sivu tässä puhelimessa")).to_be_visible()
    wait_until(family, "async () => !(await caches.has('family'))")
    family.goto(link)
    assert kept_pages(family) == []
