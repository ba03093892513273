"""Hand services over: a list made on a phone, opened by a family on another device, with and without JavaScript."""

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader

from tools.traffic_counter import TrafficCounter

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 800}
END_LISTS = """
from django.utils import timezone
from services.models import ReferralList
ReferralList.objects.filter(pk={pk}).update(ends_at=timezone.now())
"""
# Kilobytes over the wire of the family's first visit.
MAX_FAMILY_PAGE_KB = 30


@pytest.fixture
def phone(browser):
    """The worker's phone."""
    context = browser.new_context(viewport=PHONE, has_touch=True, permissions=["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


@pytest.fixture
def family(browser):
    context = browser.new_context(viewport=PHONE)
    yield context.new_page()
    context.close()


def decoded_qr_code(page):
    """What a camera reads from the screen."""
    picture = Image.open(io.BytesIO(page.locator(".handover .qr").screenshot()))
    (code,) = zxingcpp.read_barcodes(picture)
    return code.text


def make_link(page):
    page.get_by_role("button", name="Tee linkki").last.click()
    return page.locator(".handover-link").get_attribute("href")


def test_list_is_made_in_five_taps_and_opened_on_another_phone(phone, family, demo):
    phone.goto(f"{demo.url}/fi/palvelut/?q=ero")
    names = [phone.locator(".card-name").nth(n).text_content().strip() for n in range(3)]
    for n in range(3):
        phone.locator("[data-save]").nth(n).tap()
    phone.get_by_role("link", name="Anna asiakkaalle (3)").tap()
    link = make_link(phone)
    assert decoded_qr_code(phone) == link

    family.goto(link)
    expect(family.locator(".steps h2")).to_have_text(names)
    family.get_by_role("link", name="العربية").click()
    expect(family.locator("html")).to_have_attribute("dir", "rtl")
    family.get_by_role("link", name="Svenska").click()
    expect(family.locator("h1")).to_have_text("Tjänster för dig")
    assert family.context.cookies() == []


def test_text_is_copied(phone, demo):
    phone.goto(f"{demo.url}/fi/palvelut/?q=ero")
    phone.locator(".give-pick").first.click()
    phone.get_by_role("button", name="Kopioi teksti").click()
    expect(phone.get_by_text("Kopioitu.")).to_be_visible()
    copied = phone.evaluate("navigator.clipboard.readText()")
    assert copied == phone.locator("#handover-text").input_value()


def test_without_javascript(browser, family, demo):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{demo.url}/fi/palvelut/?q=ero")
    page.locator(".give-pick").first.click()
    expect(page.locator(".qr svg")).to_be_visible()
    page.get_by_role("button", name="Lisää ohjeita").click()
    page.get_by_text("Ohjeet ja omat sanat").click()
    page.get_by_label("Omin sanoin").fill("Soita aamulla.")
    link = make_link(page)
    context.close()
    family.goto(link)
    expect(family.get_by_text("Soita aamulla.")).to_be_visible()


def test_deleted_list_no_longer_opens(phone, family, demo):
    phone.goto(f"{demo.url}/fi/palvelut/?q=ero")
    phone.locator(".give-pick").first.click()
    phone.get_by_role("button", name="Lisää ohjeita").click()
    link = make_link(phone)
    phone.get_by_role("button", name="Poista lista nyt").click()
    expect(phone.get_by_text("Lista on poistettu.")).to_be_visible()
    family.goto(link)
    expect(family.locator("h1")).to_have_text("Tämä sivu ei aukea")


def test_mistyped_guessed_and_ended_links_do_not_open(phone, family, demo):
    phone.goto(f"{demo.url}/fi/palvelut/?q=ero")
    phone.locator(".give-pick").first.click()
    phone.get_by_role("button", name="Lisää ohjeita").click()
    link = make_link(phone)
    family.goto(link)
    expect(family.locator("h1")).to_have_text("Palveluja sinulle")
    demo.manage("shell", "-c", END_LISTS.format(pk=phone.url.rstrip("/").rpartition("/")[2]))
    for address in (link[:-3] + "/", f"{demo.url}/o/AAAAAAAAAAAAAAAAAAAAAA/", link):
        family.goto(address)
        expect(family.locator("h1")).to_have_text("Tämä sivu ei aukea")


def test_page_with_ten_services_is_light(phone, family, demo):
    phone.goto(f"{demo.url}/fi/palvelut/?q=perhe")
    numbers = [box.get_attribute("data-save") for box in phone.locator("[data-save]").all()[:10]]
    phone.goto(f"{demo.url}/fi/anna/?" + "&".join(f"s={number}" for number in numbers))
    path = make_link(phone).removeprefix(demo.url)
    counter = TrafficCounter(int(demo.url.rpartition(":")[2]))
    family.goto(counter.url + path, wait_until="networkidle")
    expect(family.locator(".steps > li")).to_have_count(10)
    assert 2 < counter.kilobytes() <= MAX_FAMILY_PAGE_KB
    counter.close()


def test_path_becomes_a_list_and_a_service_of_another_sector_is_added(phone, family, demo):
    phone.goto(f"{demo.url}/fi/")
    phone.get_by_role("link", name="Palvelupolut: mikä auttaa").click()
    phone.get_by_role("link", name="Ero, kun lapset ovat pieniä").click()
    phone.locator(".path-picture a").last.click()
    expect(phone.locator("#step-4")).to_be_in_viewport()
    names = phone.locator(".path-service").all_text_contents()
    phone.get_by_role("link", name="Anna asiakkaalle").click()
    headings = phone.locator(".referral-items h2")
    expect(headings).to_have_text(names)
    # The path covers nearly all sectors; its first two services leave some out.
    for _name in names[2:]:
        phone.locator(".referral-items > li").last.get_by_role("button", name="Poista").click()
    expect(headings).to_have_count(2)
    suggestion = phone.locator(".list-suggestions > li").first
    suggested = suggestion.text_content()
    suggestion.get_by_role("button", name="Lisää").click()
    expect(headings).to_have_count(3)
    added = headings.last.text_content()
    assert added in suggested
    family.goto(make_link(phone))
    expect(family.locator(".steps h2")).to_have_text([*names[:2], added])


def test_list_knows_what_the_search_said_of_the_family(phone, demo):
    phone.goto(f"{demo.url}/fi/palvelut/?q=ero+kerava&age=5&language=sv")
    phone.locator("[data-save]").first.tap()
    phone.get_by_role("link", name="Anna asiakkaalle (1)").tap()
    expect(phone.locator("#id_municipality option:checked")).to_have_text("Kerava")
    expect(phone.locator("#id_age")).to_have_value("5")
    expect(phone.locator("#id_family_language")).to_have_value("sv")


def test_page_of_the_family_is_printed_on_two_sheets_with_its_link(phone, family, demo):
    phone.goto(f"{demo.url}/fi/palvelut/?q=perhe")
    numbers = [box.get_attribute("data-save") for box in phone.locator("[data-save]").all()[:10]]
    phone.goto(f"{demo.url}/fi/anna/?" + "&".join(f"s={number}" for number in numbers))
    names = phone.locator(".referral-items h2").all_text_contents()
    link = make_link(phone)
    family.goto(link)
    phones = family.locator(".steps .tel").all_text_contents()
    sheets = PdfReader(io.BytesIO(family.pdf(format="A4"))).pages
    assert len(sheets) <= 2
    text = " ".join("".join(sheet.extract_text() for sheet in sheets).split())
    missing = [words for words in (*names, *phones, link) if "".join(words.split()) not in text.replace(" ", "")]
    assert missing == []
