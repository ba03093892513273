"""Writing a service in a browser: one language at a time, subjects by any word, nothing typed is lost."""

import pytest

from tests.html_page import view_url

from .page_actions import EDITOR_ROLE, log_in
from .records import member_records

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def member(browser, demo):
    """A browser in which a member has signed in, and the address of the form of a new service."""
    context = browser.new_context()
    page = context.new_page()
    log_in(page, demo.url, EDITOR_ROLE)
    (own,) = member_records(page, demo.url)["own"]
    yield context, demo.url + view_url("editing:new", own)
    context.close()


@pytest.fixture
def form(member):
    """The empty form of a new service."""
    context, new = member
    page = context.new_page()
    page.goto(new)
    yield page
    page.evaluate("localStorage.clear()")
    page.close()


def save(page):
    page.locator("#service-form .save-bar [value=save]").click()
    page.wait_for_load_state()


def test_one_language_at_a_time_and_how_complete_each_is(form):
    assert form.locator("#id_name_fi").is_visible() and not form.locator("#id_name_sv").is_visible()
    form.locator("[data-show=sv]").click()
    form.fill("#id_name_sv", "Grupp")
    assert form.locator("#id_name_sv").is_visible() and not form.locator("#id_name_fi").is_visible()
    assert form.locator("[data-written=sv]").inner_text() == "1/6"
    assert form.locator("[data-counter=id_name_sv]").inner_text() == "5 / 100"


def test_subject_is_found_by_a_synonym_and_ticked_by_the_keyboard(form):
    form.fill("#find-category", "avioero")
    form.locator("#found-categories button").first.wait_for()
    wanted = form.locator("#found-categories button").first.get_attribute("data-tick")
    form.press("#find-category", "Enter")
    # The first is read before it is chosen: it may not be the one that was meant.
    assert form.locator("#chosen-categories button").count() == 0
    form.keyboard.press("Enter")
    assert form.locator(f"#{wanted}").evaluate("box => box.checked")
    assert form.locator("#chosen-categories button").count() == 1


def test_text_that_was_not_saved_comes_back_when_it_is_asked_for(form):
    form.fill("#id_name_fi", "Kesken jäänyt")
    form.reload()
    assert form.input_value("#id_name_fi") == ""
    form.locator("#kept [data-restore]").click()
    assert form.input_value("#id_name_fi") == "Kesken jäänyt"
    assert form.locator("[data-written=fi]").inner_text() == "1/6"


def test_text_survives_the_end_of_the_login(form):
    form.fill("#id_name_fi", "Istunto päättyi")
    kept = [cookie for cookie in form.context.cookies() if cookie["name"] == "sessionid"]
    form.context.clear_cookies(name="sessionid")
    save(form)
    form.locator("#id_login").wait_for()
    form.context.add_cookies(kept)
    form.go_back()
    form.reload()
    form.locator("#kept [data-restore]").click()
    assert form.input_value("#id_name_fi") == "Istunto päättyi"


def test_what_somebody_else_left_on_this_device_is_thrown_away(form):
    form.evaluate("localStorage.setItem('unsent:0:/x/', '{}')")
    form.reload()
    assert form.evaluate("localStorage.getItem('unsent:0:/x/')") is None


def test_saved_text_is_not_offered_again(form):
    form.fill("#id_name_fi", "Tallennettu")
    save(form)
    form.locator(".notice-good").wait_for()
    assert form.locator("#kept").is_hidden()
    assert form.input_value("#id_name_fi") == "Tallennettu"
    assert form.evaluate("Object.keys(localStorage).filter(key => key.startsWith('unsent:'))") == []


def test_published_text_is_not_offered_again(form):
    form.fill("#id_name_fi", "Julkaistu")
    form.locator("#service-form .save-bar [value=publish]").click()
    form.locator(".notice-good").wait_for()
    assert form.evaluate("Object.keys(localStorage).filter(key => key.startsWith('unsent:'))") == []
